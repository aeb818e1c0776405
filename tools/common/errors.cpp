#include "tools/common/errors.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <system_error>

namespace pfq::tools {
namespace {

std::string who(std::string_view command) {
    return command.empty() ? "pfq" : fmt::format("pfq {}", command);
}

/// Bytes that are not UTF-8 (file names) become U+FFFD.
std::string line_of(const nlohmann::ordered_json& document) {
    return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace

int Reporter::fail(ExitCode code, std::string_view message) const {
    if (json_)
        fmt::print(stderr, "{}\n",
                   line_of({{"type", "error"},
                            {"version", 1},
                            {"command", command_},
                            {"code", static_cast<int>(code)},
                            {"message", message}}));
    else
        fmt::print(stderr, "{}: {}\n", who(command_), message);
    return code;
}

void Reporter::warn(std::string_view message) const {
    if (json_)
        fmt::print(stderr, "{}\n",
                   line_of({{"type", "warning"}, {"version", 1}, {"command", command_}, {"message", message}}));
    else
        fmt::print(stderr, "{}: warning: {}\n", who(command_), message);
}

std::string system_error(std::string_view doing, std::string_view object, int error_number) {
    return fmt::format("cannot {} '{}': {}", doing, object, std::generic_category().message(error_number));
}

} // namespace pfq::tools
