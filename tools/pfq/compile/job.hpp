// What the command line of pfq compile asks for, checked.
#pragma once
#include <expected>
#include <string>
#include <vector>

#include "tools/common/errors.hpp"
#include "tools/common/options.hpp"
#include "tools/common/program_source.hpp"

namespace pfq::tools {

struct CompileJob {
    enum class Action { check, effects, emit, format };
    Action action = Action::check;
    std::string emit;   ///< "types", ...: of Action::emit
    std::string target; ///< "native", "xdp" or "tc": of llvm, asm and bpf
    std::string output = "-";
    bool check_format = false;
    bool in_place = false;
    const Arguments* arguments = nullptr;
    Reporter report{"compile"};
};

/// The error is a usage error.
[[nodiscard]] std::expected<CompileJob, std::string> make_job(const Arguments& arguments);

/// The programs to work on, in order: -e TEXT, or the files. A file that cannot be read is an error.
[[nodiscard]] std::expected<std::vector<ProgramSource>, std::string> read_programs(const Arguments& arguments);

} // namespace pfq::tools
