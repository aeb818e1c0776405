// How every command ends. Listed in each manual page; scripts rely on the numbers.
#pragma once

namespace pfq::tools {

enum ExitCode : int {
    exit_done = 0,
    exit_runtime_error = 1,    ///< a file, a device or the system failed
    exit_usage = 2,            ///< the command line is wrong
    exit_program_rejected = 3, ///< the compiler rejects the program
    exit_kernel_rejected = 4,  ///< the kernel rejects the compiled program
};

} // namespace pfq::tools
