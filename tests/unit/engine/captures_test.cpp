// Every capture of the test traffic: the packet law holds, no packet is lost, whatever is wrong with the file.
#include <cstdlib>
#include <gtest/gtest.h>

#include "engine/law.hpp"
#include "support.hpp"

namespace pfq::engine::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> captures() {
    const char* configured = std::getenv("PFQ_CAPTURES");
    std::vector<std::string> paths;
    for (const fs::path& folder : {fs::path(configured ? configured : PFQ_SOURCE_DIR "/../shared/captures"),
                                   fs::path(PFQ_SOURCE_DIR "/tests/captures")}) {
        std::error_code error; // the collection may not be there
        for (const auto& entry : fs::recursive_directory_iterator(folder, error))
            if (entry.is_regular_file() && entry.path().extension() != ".md")
                paths.push_back(entry.path().string());
    }
    std::ranges::sort(paths);
    return paths;
}

/// Does not look at bytes that are not there, unlike `scripted`.
void by_length(const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env) {
    accept_all(packets, count, verdicts, env);
    for (pfq_u64 i = 0; i < count; ++i) {
        verdicts[i].fanout = static_cast<std::uint8_t>(packets[i].length % 4);
        verdicts[i].key1 = packets[i].length;
        verdicts[i].key2 = packets[i].captured;
        verdicts[i].class_mask = verdicts[i].fanout == 0 ? 0 : 1;
        verdicts[i].forward = packets[i].length % 3 == 0;
    }
}

TEST(captures, the_packet_law_holds_for_each) {
    const auto paths = captures();
    const TempDir dir;
    std::size_t opened = 0, damaged = 0;
    for (const std::string& path : paths) {
        SCOPED_TRACE(path);
        FilePlan plan = simple_plan(path, program(by_length, {"eth1"}), dir.path("out"));
        plan.sockets.push_back({{.name = "1"}, {}});
        plan.groups[0].sockets = {0, 1};
        plan.groups[0].filter = "greater 60 or less 100";
        plan.threads = 2;
        auto run = FileRun::open(plan);
        if (!run) {
            EXPECT_FALSE(run.error().empty());
            continue;
        }
        ++opened;
        const FileResult result = (*run)->run();
        for (const Violation& violation : check_law(result.counters))
            ADD_FAILURE() << print(violation);
        EXPECT_EQ(result.error, "");
        EXPECT_EQ(read_capture(dir.path("out")).size(), result.counters.sockets[0].counters.written);
        damaged += result.counters.devices[0].counters.damaged;
        EXPECT_EQ(result.counters.devices[0].counters.received, (*run)->source().inputs().packets());
    }
    EXPECT_GT(opened, paths.size() / 2);
    RecordProperty("opened", static_cast<int>(opened));
    RecordProperty("damaged", static_cast<int>(damaged));
}

} // namespace
} // namespace pfq::engine::test
