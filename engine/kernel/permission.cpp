#include "engine/kernel/permission.hpp"

#include <cerrno>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pfq::engine {

/// CAP_SYS_ADMIN includes CAP_BPF, CAP_PERFMON and what programs need of CAP_NET_ADMIN; maps of others are opened with
/// it only.
Result<void> may_use_kernel() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3]{};
    if (::syscall(SYS_capget, &header, data) != 0)
        return system_failure("ask for the capabilities of this process", errno);
    if ((data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN)) == 0)
        return system_failure("load programs into the kernel", EPERM);
    return {};
}

} // namespace pfq::engine
