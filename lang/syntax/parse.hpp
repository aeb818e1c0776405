// Text -> syntax tree. Everything that can be wrong with a text becomes a diagnostic; nothing is thrown.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/syntax/ast.hpp"
#include "lang/syntax/fixity.hpp"

namespace pfq::lang {

/// The fixities that the imports bring, under every text they can be written with ("L.>->" and ">->"). They are added
/// to default_fixities(), and overridden by the declarations of the text itself. May be empty.
using ImportedFixities = std::function<FixityTable(const std::vector<Import>&)>;

/// A module, with or without header. Nothing iff an error was added.
[[nodiscard]] std::optional<Module> parse_module(const SourceSet& sources, std::uint32_t file,
                                                 const ImportedFixities& imported, Diagnostics& diagnostics);

/// A module, or a single expression, which becomes the binding `main` (its span is the expression's).
[[nodiscard]] std::optional<Module> parse_program(const SourceSet& sources, std::uint32_t file,
                                                  const ImportedFixities& imported, Diagnostics& diagnostics);

/// As parse_program without the fixities of imported modules: operators that conflict for lack of a fixity group to the
/// left. The tree shows how the text is written, not what it means.
[[nodiscard]] std::optional<Module> parse_layout(const SourceSet& sources, std::uint32_t file,
                                                 Diagnostics& diagnostics);

/// Whether parse_program reads the text as a single expression: it has no declaration at the top level.
/// Texts that cannot be split into tokens count as modules.
[[nodiscard]] bool is_bare_expression(const SourceSet& sources, std::uint32_t file);

/// The whole text is one expression. `fixities` are added to the default ones. Null iff an error was added.
[[nodiscard]] ExprPtr parse_expression(const SourceSet& sources, std::uint32_t file, const FixityTable& fixities,
                                       Diagnostics& diagnostics);

/// The whole text is one type with its context: `(Num a) => a -> Packet -> Bool`. Null iff an error was added.
[[nodiscard]] std::unique_ptr<TypeScheme> parse_type_scheme(const SourceSet& sources, std::uint32_t file,
                                                            Diagnostics& diagnostics);

} // namespace pfq::lang
