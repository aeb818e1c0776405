// Equations and signatures as they are read -> bindings. Private to the parser.
#pragma once
#include <string>
#include <vector>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/syntax/ast.hpp"

namespace pfq::lang {

/// The declarations of one block in textual order.
struct DeclarationList {
    struct Signature {
        Name name;
        std::unique_ptr<TypeScheme> type;
        Span span;
        std::string documentation;
    };
    struct Equation {
        Name name;          ///< empty for a pattern binding
        PatternPtr pattern; ///< null for a function or variable
        Clause clause;
        std::string documentation;
    };
    std::vector<Signature> signatures;
    std::vector<Equation> equations;
};

/// Puts equations of one name and their signature together. Reports equations that are not side by side, that differ
/// in their number of arguments, second definitions and signatures, and signatures of nothing.
[[nodiscard]] std::vector<Binding> group(DeclarationList list, Diagnostics& diagnostics);

} // namespace pfq::lang
