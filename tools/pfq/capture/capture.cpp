#include "tools/pfq/capture/capture.hpp"

#include <fmt/format.h>

#include "tools/common/command_line.hpp"
#include "tools/pfq/capture/devices.hpp"
#include "tools/pfq/capture/live.hpp"

namespace pfq::tools {

int capture_command(std::span<const char* const> args) {
    const auto arguments = begin(capture_table(), args);
    if (!arguments)
        return arguments.error();
    if (arguments->has("list-interfaces")) {
        fmt::print("{}", list_devices());
        return exit_done;
    }
    if (arguments->has("list-time-stamp-types")) {
        fmt::print("host (Host)\nhost_lowprec (Host, low precision)\nhost_hiprec (Host, high precision)\n");
        return exit_done;
    }
    const Reporter report("capture", arguments->has("json"));
    auto request = make_capture_request(*arguments);
    if (!request)
        return report.usage(request.error());
    return request->run.inputs.empty() ? capture_live(std::move(*request), *arguments, report)
                                       : capture_file(std::move(*request), *arguments, report);
}

} // namespace pfq::tools
