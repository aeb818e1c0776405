// Error lines of the tools, as text or as JSON, always on standard error.
#pragma once
#include <string>
#include <string_view>

#include "tools/common/exit_code.hpp"

namespace pfq::tools {

/// Speaks for one command.
class Reporter {
public:
    explicit Reporter(std::string_view command, bool json = false) : command_(command), json_(json) {}

    /// "pfq run: cannot open 'x': No such file or directory"; in JSON one line
    /// {"type":"error","version":1,"command":"run","code":1,"message":"..."}. Returns `code`.
    int fail(ExitCode code, std::string_view message) const;
    int usage(std::string_view message) const { return fail(exit_usage, message); }
    int failure(std::string_view message) const { return fail(exit_runtime_error, message); }

    /// Something to know that does not end the command: "pfq run: warning: ..." or "type":"warning".
    void warn(std::string_view message) const;

    [[nodiscard]] bool json() const { return json_; }

private:
    std::string command_; ///< empty: pfq itself
    bool json_;
};

/// "cannot open 'x': No such file or directory", from an errno value.
[[nodiscard]] std::string system_error(std::string_view doing, std::string_view object, int error_number);

} // namespace pfq::tools
