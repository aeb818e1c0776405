#include "engine/kernel/error.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>

namespace pfq::engine {

std::unexpected<Error> system_failure(const std::string& what, int error_number) {
    const char* advice = "";
    if (error_number == EPERM || error_number == EACCES)
        advice = "; live capture needs root (CAP_SYS_ADMIN, CAP_BPF and CAP_NET_ADMIN)";
    else if (error_number == ENOSYS)
        advice = "; live capture needs a kernel with BPF (CONFIG_BPF_SYSCALL)";
    return std::unexpected(Error{fmt::format("cannot {}: {}{}", what, std::strerror(error_number), advice)});
}

} // namespace pfq::engine
