#include <algorithm>
#include <csignal>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "support.hpp"

namespace pfq::engine::test {
namespace {

using testing::HasSubstr;

/// Sets the soft limit and returns the old one. Beyond it writing fails, as on a full disk.
rlimit limit_file_size(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    const rlimit limit{bytes, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    return old;
}

TEST(file_outputs, a_full_disk_is_told_once_and_its_records_are_counted) {
    const TempDir dir;
    write_capture(dir.path("in"), make_traffic(30'000));
    for (const unsigned threads : {1U, 2U}) {
        // The header already fails to be written, so the run cannot begin.
        EXPECT_THAT(FileRun::open(simple_plan(dir.path("in"), program(accept_all), "/dev/full")).error(),
                    HasSubstr("No space left on device"));
        FilePlan plan = simple_plan(dir.path("in"), program(accept_all), dir.path("out"));
        plan.threads = threads;
        auto run = FileRun::open(plan);
        ASSERT_TRUE(run);
        const rlimit old = limit_file_size(100'000);
        const FileResult result = (*run)->run();
        limit_file_size(old.rlim_cur);
        EXPECT_THAT(result.error, HasSubstr("File too large"));
        const SocketCounters& socket = result.counters.sockets[0].counters;
        EXPECT_GT(socket.write_failed, 0U);
        EXPECT_EQ(socket.read, socket.written + socket.write_failed);
        EXPECT_EQ(read_capture(dir.path("out")).size(), socket.written) << "whole records only";
        EXPECT_LT(result.counters.devices[0].counters.received, 30'000U) << "a lost output ends the run";
    }
}

TEST(file_outputs, snaplen_and_slice_cut_records_but_keep_their_length) {
    const TempDir dir;
    const auto traffic = make_traffic(200);
    write_capture(dir.path("in"), traffic);
    const auto slice_40 = [](const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env) {
        accept_all(packets, count, verdicts, env);
        for (pfq_u64 i = 0; i < count; ++i)
            verdicts[i].slice = packets[i].data[0] % 2 ? 40 : ~0U;
    };
    FilePlan plan = simple_plan(dir.path("in"), program(slice_40), dir.path("out"));
    plan.snaplen = 64;
    const FileResult result = run(plan);
    const auto written = read_capture(dir.path("out"));
    ASSERT_EQ(written.size(), traffic.size());
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < traffic.size(); ++i) {
        const std::size_t limit = traffic[i].bytes[0] % 2 ? 40 : 64;
        EXPECT_EQ(written[i].bytes.size(), std::min(limit, traffic[i].bytes.size()));
        EXPECT_EQ(written[i].length, traffic[i].length);
        bytes += written[i].bytes.size();
    }
    EXPECT_EQ(result.counters.sockets[0].counters.bytes, bytes);
}

TEST(file_outputs, a_truncated_capture_gives_what_is_before) {
    const TempDir dir;
    const auto traffic = make_traffic(100);
    write_capture(dir.path("whole"), traffic, capture::FileFormat::pcap);
    const std::string bytes = read_bytes(dir.path("whole"));
    write_bytes(dir.path("in"), bytes.substr(0, bytes.size() - 5));
    const FileResult result = run(simple_plan(dir.path("in"), program(accept_all), dir.path("out")));
    EXPECT_EQ(result.ends[0].kind, capture::CaptureEnd::Kind::truncated);
    EXPECT_EQ(result.counters.devices[0].counters.damaged, 1U);
    EXPECT_TRUE(std::ranges::equal(read_capture(dir.path("out")), std::span(traffic).first(99)));
}

TEST(file_outputs, link_types_of_different_interfaces_need_pcapng) {
    const TempDir dir;
    auto traffic = make_traffic(10);
    for (std::size_t i = 5; i < 10; ++i) {
        traffic[i].link_type = 101;
        traffic[i].bytes[0] = 0x45;
    }
    write_capture(dir.path("in"), traffic);
    const FileResult kept = run(simple_plan(dir.path("in"), program(accept_all), dir.path("out")));
    EXPECT_EQ(kept.error, "");
    EXPECT_EQ(read_capture(dir.path("out")), traffic);
    FilePlan plan = simple_plan(dir.path("in"), program(accept_all), dir.path("out.pcap"));
    plan.sockets[0].output.format = capture::FileFormat::pcap;
    const FileResult refused = run(plan);
    EXPECT_THAT(refused.error, HasSubstr("--format=pcapng"));
    EXPECT_EQ(refused.counters.sockets[0].counters.write_failed, 10U);
}

TEST(file_outputs, packets_of_unsupported_links_are_counted_and_not_evaluated) {
    const TempDir dir;
    auto traffic = make_traffic(10);
    traffic[3].link_type = traffic[7].link_type = 147; // for private use
    write_capture(dir.path("in"), traffic);
    const FileResult result = run(simple_plan(dir.path("in"), program(accept_all), dir.path("out")));
    EXPECT_EQ(result.counters.groups[0].counters.unsupported_link, 2U);
    EXPECT_EQ(read_capture(dir.path("out")).size(), 8U);
}

TEST(file_outputs, an_input_is_never_overwritten) {
    const TempDir dir;
    write_capture(dir.path("in"), make_traffic(10));
    const std::string before = read_bytes(dir.path("in"));
    const auto run = FileRun::open(simple_plan(dir.path("in"), program(accept_all), dir.path("in")));
    ASSERT_FALSE(run);
    EXPECT_THAT(run.error(), HasSubstr("being read"));
    EXPECT_EQ(read_bytes(dir.path("in")), before);
}

TEST(file_outputs, a_filter_that_does_not_fit_the_link_is_an_error) {
    const TempDir dir;
    auto traffic = make_traffic(3);
    for (Record& record : traffic)
        record.link_type = 101;
    write_capture(dir.path("in"), traffic);
    FilePlan plan = simple_plan(dir.path("in"), program(accept_all));
    plan.groups[0].filter = "ether proto 0x8100 and vlan 3 and arp and";
    EXPECT_THAT(FileRun::open(plan).error(), HasSubstr("link type 101"));
}

} // namespace
} // namespace pfq::engine::test
