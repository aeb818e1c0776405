#include "tools/pfq/compile/syntax.hpp"

#include "lang/syntax/parse.hpp"
#include "lang/syntax/print.hpp"

namespace pfq::tools {

std::expected<std::string, lang::Diagnostics> syntax_tree(const ProgramSource& program) {
    lang::Diagnostics diagnostics;
    const auto module = lang::parse_program(program.sources, program.file, {}, diagnostics);
    if (!module)
        return std::unexpected(std::move(diagnostics));
    return lang::print_tree(*module);
}

} // namespace pfq::tools
