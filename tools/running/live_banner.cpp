#include "tools/running/live_banner.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace pfq::tools {

void print_live_banner(const engine::live::LiveRun& run, bool json) {
    for (const engine::live::Device& device : run.devices()) {
        if (json)
            fmt::print(stderr, "{}\n",
                       nlohmann::ordered_json{{"type", "listening"},
                                              {"version", 1},
                                              {"device", device.name},
                                              {"direction", name(device.direction)},
                                              {"ownership", name(device.ownership)},
                                              {"mode", name(device.mode)},
                                              {"reason", device.reason}}
                           .dump());
        else
            fmt::print(stderr, "listening on {}, direction {}, ownership {}, mode {} ({})\n", device.name,
                       name(device.direction), name(device.ownership), name(device.mode), device.reason);
    }
}

} // namespace pfq::tools
