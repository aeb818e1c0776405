// The limits of the front end. They keep every later walk over the tree, which is recursive, off the end of the stack.
#pragma once
#include <cstddef>

namespace pfq::lang::limits {

/// Bytes of one program text.
inline constexpr std::size_t max_text = 64 * 1024;

/// Brackets, blocks, patterns and types inside each other.
inline constexpr unsigned max_nesting = 200;

/// Height of one syntax tree, counted in nodes. A chain `a >-> b >-> c ...` of n operators is a tree of height n + 1,
/// so this also bounds the operators of one chain and the arguments of one call.
inline constexpr unsigned max_tree_height = 1000;

/// Arguments of one type.
inline constexpr std::size_t max_type_arguments = 8;

/// Syntax errors reported for one text.
inline constexpr std::size_t max_errors = 5;

} // namespace pfq::lang::limits
