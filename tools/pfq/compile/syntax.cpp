#include "tools/pfq/compile/syntax.hpp"

#include "lang/names/modules.hpp"
#include "lang/syntax/print.hpp"

namespace pfq::tools {

std::expected<std::string, lang::Diagnostics> syntax_tree(ProgramSource& program) {
    lang::Diagnostics diagnostics;
    lang::ModuleSet modules(program.sources, program.loader, diagnostics);
    const lang::LoadedModule* module = modules.load_program(program.file);
    if (!module)
        return std::unexpected(std::move(diagnostics));
    return lang::print_tree(module->tree);
}

} // namespace pfq::tools
