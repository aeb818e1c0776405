#include "codegen/cache.hpp"
#include "codegen/descriptor.hpp"
#include "codegen/sha256.hpp"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace pfq::codegen {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t digest_size = 64;

std::string base_folder() {
    for (const auto& [variable, suffix] : {std::pair{"XDG_CACHE_HOME", ""}, std::pair{"HOME", "/.cache"}})
        if (const char* value = std::getenv(variable); value && value[0] == '/')
            return std::string(value) + suffix;
    return {};
}

bool ours_alone(const std::string& folder) {
    struct stat info{};
    return lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
           (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

} // namespace

Cache Cache::of_user() {
    const char* setting = std::getenv("PFQ_CACHE");
    const std::string base = base_folder();
    if (base.empty() || (setting && std::strcmp(setting, "off") == 0))
        return Cache("");
    const std::string folder = base + "/pfq";
    std::error_code ignored;
    fs::create_directories(base, ignored);
    mkdir(folder.c_str(), 0700);
    return Cache(ours_alone(folder) ? folder : "");
}

std::optional<std::string> Cache::find(const std::string& key) const {
    if (!enabled())
        return std::nullopt;
    const Descriptor file(open(path(key).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat info{};
    if (!file || fstat(file.get(), &info) != 0 || info.st_uid != geteuid() || info.st_size < ssize_t{digest_size})
        return std::nullopt;
    std::string content(static_cast<std::size_t>(info.st_size), '\0');
    if (read(file.get(), content.data(), content.size()) != info.st_size)
        return std::nullopt;
    // A torn or damaged file must not become code.
    const std::string_view body = std::string_view(content).substr(digest_size);
    if (sha256(body) != std::string_view(content).substr(0, digest_size))
        return std::nullopt;
    futimens(file.get(), nullptr); // used now: the last to be removed
    return content.substr(digest_size);
}

void Cache::store(const std::string& key, std::string_view content) const {
    if (!enabled())
        return;
    std::string name = folder_ + "/new-XXXXXX";
    const Descriptor file(mkostemp(name.data(), O_CLOEXEC));
    if (!file)
        return;
    const std::string text = sha256(content).append(content);
    const bool written = write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (!written || rename(name.c_str(), path(key).c_str()) != 0)
        unlink(name.c_str());
    trim();
}

void Cache::trim() const {
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::error_code error;
    for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code gone;
        if (const auto time = fs::last_write_time(entry->path(), gone); !gone)
            files.emplace_back(time, entry->path());
    }
    std::ranges::sort(files);
    for (std::size_t i = 0; i + max_files < files.size(); ++i)
        fs::remove(files[i].second, error);
}

} // namespace pfq::codegen
