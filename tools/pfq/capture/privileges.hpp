// Of -Z: who writes files.
#pragma once
#include <expected>
#include <string>
#include <sys/types.h>

namespace pfq::tools {

struct User {
    std::string name;
    uid_t uid;
    gid_t gid;
};

/// The error is complete.
[[nodiscard]] std::expected<User, std::string> find_user(const std::string& name);
/// This thread, and no other one, is this user from now on, without any capability. The others take programs away at
/// the end, which only root can. Ends the process when it cannot.
void become(const User& user);
/// The file, if it is a regular one, is this user's from now on.
void give(const std::string& path, const User& user);

} // namespace pfq::tools
