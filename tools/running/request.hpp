// What a run of programs is to do, whatever command asks for it.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/file/plan.hpp"
#include "engine/live/engine.hpp"
#include "engine/table/parse_address.hpp"

namespace pfq::tools {

struct GroupRequest {
    unsigned id = 0;
    bool numbered = false; ///< by --group
    engine::live::Policy policy = engine::live::Policy::private_;
    bool is_file = false; ///< `program` is a path, else a text
    std::optional<std::string> program = {};
    std::optional<std::string> output = {}; ///< of -w, with its %s
    std::optional<std::string> filter = {};
    std::optional<engine::VlanFilter> vlan = {};
    std::optional<std::vector<engine::SocketSpec>> sockets = {};
};

/// Live traffic instead of files.
struct LiveRequest {
    std::vector<engine::live::BindOptions> devices; ///< empty: files are read
    pfq_time_policy time = PFQ_TIME_PRECISE;
    std::uint64_t memory = engine::live::default_budget;
};

struct RunRequest {
    LiveRequest live;
    std::vector<GroupRequest> groups; ///< in ascending order of id
    std::vector<std::string> inputs;
    std::map<std::string, std::string> tables; ///< name to path
    std::map<std::string, engine::DeviceAddress> addresses;
    std::optional<capture::FileFormat> format;
    std::uint64_t count = 0;
    std::uint32_t snaplen = 0;
    unsigned threads = 1;
    bool json = false, stats = false, quiet = false;
};

} // namespace pfq::tools
