#include "tools/pfq/compile/compile.hpp"

namespace pfq::tools {

const Command& compile_table() {
    static const Command table = {
        .name = "compile",
        .summary = "check, show and format programs of pfq-lang",
        .positionals = {{.value = file("FILE"),
                         .optional = true,
                         .repeatable = true,
                         .help = "a program; - is standard input. Several files with --check and --format only"}},
        .options =
            {
                {.name = "expression",
                 .letter = 'e',
                 .value = text("TEXT"),
                 .section = "Input",
                 .help = "the program is TEXT: a module, or an expression of type Packet -> Action Packet"},
                {.name = "check",
                 .section = "What to do",
                 .help = "report what is wrong and print nothing else (the default); with --format: exit with 1 unless "
                         "every "
                         "file is formatted, naming those that are not"},
                {.name = "emit",
                 .value = choice("WHAT", {"ast", "types", "pipeline", "json", "llvm", "asm", "bpf"}),
                 .section = "What to do",
                 .help = "print the syntax tree (ast), the definitions with their types (types), what evaluation at "
                         "compile time "
                         "leaves (pipeline), descriptors for PFQ 6 (json), LLVM IR (llvm), assembly (asm), or write "
                         "an eBPF object (bpf)"},
                {.name = "effects", .section = "What to do", .help = "print what the program may do to a packet"},
                {.name = "format",
                 .section = "What to do",
                 .help = "print the program in the one style of the language; with --in-place, rewrite the files"},
                {.name = "target",
                 .value = choice("TARGET", {"native", "xdp", "tc"}),
                 .section = "How",
                 .help = "of llvm and asm: native (the default), or the kernel's xdp or tc; bpf needs xdp or tc"},
                {.name = "output",
                 .letter = 'o',
                 .value = file("FILE"),
                 .section = "How",
                 .help = "write there, not to standard output"},
                {.name = "in-place", .letter = 'i', .section = "How", .help = "with --format: rewrite the files"},
                {.name = "json", .section = "How", .help = "print diagnostics and errors as JSON, one object per line"},
            },
        .description =
            "Modules that a program imports are found beside it: Lib.Filter is Lib/Filter.pfq or Lib/Filter.hs.\n\n"
            "Diagnostics go to standard error; 'pfq explain CODE' tells more about each.",
        .examples = {{"pfq compile -e 'tcp >-> port 80 >-> steer_flow'", "check a program"},
                     {"pfq compile --emit=types program.pfq", "print the types of its definitions"},
                     {"pfq compile --emit=bpf --target=xdp -o program.o program.pfq", "write an object for the kernel"},
                     {"pfq compile --format --check *.pfq", "are all programs formatted?"}},
    };
    return table;
}

} // namespace pfq::tools
