// What a run did, for people and for programs.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "engine/file/file_run.hpp"
#include "engine/law.hpp"
#include "engine/live/state.hpp"

namespace pfq::tools {

struct RunSummary {
    const engine::FilePlan& plan;
    const engine::FileResult& result;
    const std::vector<engine::Violation>& violations; ///< of the packet law
    double seconds;                                   ///< wall time of the processing
    std::span<const engine::live::Device> live = {};  ///< by device of the counters; empty: files were read
};

/// Lines in the manner of tcpdump, one line for each reason that dropped packets, and a table of the sockets and
/// devices. `all`: a line for every counter as well.
[[nodiscard]] std::string render_summary_text(const RunSummary& summary, bool all);
/// One JSON document, its first key "type": "summary", indented.
[[nodiscard]] std::string render_summary_json(const RunSummary& summary);
/// "10 packets captured, 12 packets received by filter, 40% of the input"
[[nodiscard]] std::string render_progress(const engine::Progress& progress);

} // namespace pfq::tools
