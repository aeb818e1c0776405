#include "tools/pfq/capture/privileges.hpp"

#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#include "tools/common/errors.hpp"

namespace pfq::tools {

std::expected<User, std::string> find_user(const std::string& name) {
    if (geteuid() != 0)
        return std::unexpected("-Z is for root, who has privileges to give up");
    const passwd* found = getpwnam(name.c_str());
    if (found == nullptr)
        return std::unexpected(fmt::format("there is no user {}", name));
    return User{name, found->pw_uid, found->pw_gid};
}

/// The system calls themselves: the functions of the library change all threads.
void become(const User& user) {
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    if (getgrouplist(user.name.c_str(), user.gid, groups.data(), &count) < 0)
        count = 0;
    if (syscall(SYS_setgroups, count, groups.data()) != 0 ||
        syscall(SYS_setresgid, user.gid, user.gid, user.gid) != 0 ||
        syscall(SYS_setresuid, user.uid, user.uid, user.uid) != 0) {
        (void)Reporter("capture").failure(system_error("become", user.name, errno));
        _exit(exit_runtime_error);
    }
}

void give(const std::string& path, const User& user) {
    struct stat status{};
    if (stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode))
        (void)!chown(path.c_str(), user.uid, user.gid);
}

} // namespace pfq::tools
