#include "engine/kernel/error.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>

namespace pfq::engine {

std::unexpected<Error> system_failure(const std::string& what, int error_number) {
    const char* advice = error_number == EPERM || error_number == EACCES
                             ? "; live capture needs root (CAP_SYS_ADMIN, CAP_BPF and CAP_NET_ADMIN)"
                             : "";
    return std::unexpected(Error{fmt::format("cannot {}: {}{}", what, std::strerror(error_number), advice)});
}

} // namespace pfq::engine
