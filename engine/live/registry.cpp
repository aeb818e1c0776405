#include "engine/live/registry.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "engine/kernel/device.hpp"
#include "engine/live/crash_point.hpp"

namespace pfq::engine::live {
namespace {

constexpr int mode_private = 0600;

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return in ? std::move(out).str() : std::string();
}

/// A lock of the open file description: it goes with its last descriptor, whatever becomes of the process.
bool set_lock(int fd, int command, struct flock& lock) {
    lock.l_whence = SEEK_SET;
    int done;
    do
        done = ::fcntl(fd, command, &lock);
    while (done != 0 && errno == EINTR);
    return done == 0;
}

std::string command_of_this_process() {
    std::string command = slurp("/proc/self/comm");
    while (!command.empty() && command.back() == '\n')
        command.pop_back();
    return command;
}

std::string folder_of_this_namespace() {
    const char* base = std::getenv("PFQ_RUN_DIR");
    return fmt::format("{}/{}", base != nullptr ? base : "/run/pfq", network_namespace());
}

} // namespace

Registry Registry::find() {
    return Registry(folder_of_this_namespace());
}

Result<Registry> Registry::open() {
    const std::string folder = folder_of_this_namespace();
    std::error_code error;
    std::filesystem::create_directories(folder + "/members", error);
    if (error)
        return system_failure(fmt::format("make the folder {}", folder), error.value());
    return Registry(folder);
}

Result<Descriptor> Registry::lock() const {
    const std::string path = folder_ + "/lock";
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode_private));
    struct flock lock{};
    lock.l_type = F_WRLCK;
    if (!file || !set_lock(file.get(), F_OFD_SETLKW, lock))
        return system_failure(fmt::format("lock {}", path), errno);
    return file;
}

Result<State> Registry::read() const {
    const std::string text = slurp(folder_ + "/registry");
    if (text.empty())
        return State{};
    auto state = from_json(text);
    if (!state)
        return std::unexpected(Error{fmt::format("{}/registry: {}", folder_, state.error())});
    return *std::move(state);
}

Result<void> Registry::write(const State& state) const {
    const std::string path = folder_ + "/registry", fresh = path + ".new", text = to_json(state);
    const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_private));
    errno = ENOSPC; // stays when a write ends early
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        (crash_point("registry half written"), ::rename(fresh.c_str(), path.c_str()) != 0))
        return system_failure(fmt::format("write {}", path), errno);
    return {};
}

Result<Descriptor> Registry::join(State& state, std::string& id) const {
    for (unsigned attempt = 0;; ++attempt) {
        id = fmt::format("{}-{}", ::getpid(), attempt);
        const std::string path = folder_ + "/members/" + id;
        Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode_private));
        if (!file)
            return system_failure(fmt::format("make {}", path), errno);
        struct flock lock{};
        lock.l_type = F_WRLCK;
        if (!set_lock(file.get(), F_OFD_SETLK, lock))
            continue; // another engine of this process
        state.members.push_back({id, ::getpid(), command_of_this_process()});
        return file;
    }
}

std::vector<std::string> Registry::dead() const {
    std::vector<std::string> dead;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ + "/members", error))
        if (std::string member = entry.path().filename(); !alive(member))
            dead.push_back(std::move(member));
    return dead;
}

bool Registry::alive(const std::string& member) const {
    const Descriptor file(::open((folder_ + "/members/" + member).c_str(), O_RDWR | O_CLOEXEC));
    struct flock lock{};
    lock.l_type = F_WRLCK;
    return file && set_lock(file.get(), F_OFD_GETLK, lock) && lock.l_type != F_UNLCK;
}

bool Registry::in_use(const State& state) const {
    return std::ranges::any_of(state.members, [this](const Process& process) { return alive(process.id); });
}

void Registry::forget(const std::string& member) const {
    std::error_code error;
    std::filesystem::remove(folder_ + "/members/" + member, error);
}

} // namespace pfq::engine::live
