#include "tools/common/program_source.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <unistd.h>

#include "tools/common/errors.hpp"

namespace pfq::tools {
namespace {

constexpr std::size_t longest_text = std::size_t{16} << 20;

std::expected<std::string, std::string> read_all(int fd, const std::string& name) {
    std::string text;
    char buffer[65536];
    for (;;) {
        const ssize_t got = ::read(fd, buffer, sizeof buffer);
        if (got == 0)
            return text;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return std::unexpected(system_error("read", name, errno));
        text.append(buffer, static_cast<std::size_t>(got));
        if (text.size() > longest_text)
            return std::unexpected(fmt::format("cannot read '{}': longer than 16 MiB", name));
    }
}

std::optional<lang::ModuleText> load_module(const std::filesystem::path& directory, const std::string& module,
                                            std::vector<std::string>& errors) {
    std::string relative = module;
    std::ranges::replace(relative, '.', '/');
    for (const char* extension : {".pfq", ".hs"}) {
        const std::filesystem::path path = directory / (relative + extension);
        std::error_code ignored;
        if (!std::filesystem::exists(path, ignored))
            continue;
        if (auto text = read_text(path.string()))
            return lang::ModuleText{path.string(), *std::move(text)};
        else
            errors.push_back(text.error());
    }
    return std::nullopt;
}

ProgramSource make(std::string name, std::string text, std::filesystem::path directory) {
    ProgramSource program;
    program.file = program.sources.add(std::move(name), std::move(text));
    program.load_errors = std::make_shared<std::vector<std::string>>();
    program.loader = [directory = std::move(directory), errors = program.load_errors](const std::string& module) {
        return load_module(directory, module, *errors);
    };
    return program;
}

} // namespace

std::expected<std::string, std::string> read_text(const std::string& path) {
    if (path == "-")
        return read_all(STDIN_FILENO, "-");
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return std::unexpected(system_error("open", path, errno));
    auto text = read_all(fd, path);
    ::close(fd);
    return text;
}

ProgramSource program_from_text(std::string_view text) {
    return make("-e", std::string(text), {});
}

std::expected<ProgramSource, std::string> program_from_file(const std::string& path) {
    auto text = read_text(path);
    if (!text)
        return std::unexpected(std::move(text.error()));
    return make(path, *std::move(text),
                path == "-" ? std::filesystem::path{} : std::filesystem::path(path).parent_path());
}

} // namespace pfq::tools
