#include "support.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "engine/law.hpp"

namespace pfq::engine::test {

TempDir::TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pfq-engine-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::vector<Record> make_traffic(std::size_t count, std::uint32_t seed) {
    std::uint32_t x = seed;
    const auto next = [&] { return (x = x * 1664525 + 1013904223) >> 16; };
    std::vector<Record> records(count);
    std::uint64_t time = 1'700'000'000'000'000'000;
    for (Record& record : records) {
        record.bytes.resize(16 + next() % 185);
        std::ranges::generate(record.bytes, [&] { return static_cast<std::uint8_t>(next()); });
        record.bytes[12] = 8, record.bytes[13] = 0;
        record.length = static_cast<std::uint32_t>(record.bytes.size()) + next() % 3;
        record.time_ns = time += 1 + next();
    }
    return records;
}

void write_capture(const std::string& path, const std::vector<Record>& records, capture::FileFormat format) {
    std::vector<capture::WriterInterface> interfaces;
    std::vector<capture::Packet> packets;
    for (const Record& record : records) {
        auto known = std::ranges::find(interfaces, record.link_type, &capture::WriterInterface::link_type);
        if (known == interfaces.end())
            known = interfaces.insert(known, {.link_type = record.link_type, .name = {}, .description = {}});
        capture::Packet packet;
        packet.data = record.bytes.data();
        packet.time_ns = record.time_ns;
        packet.captured = static_cast<std::uint32_t>(record.bytes.size());
        packet.length = record.length;
        packet.interface = static_cast<std::uint16_t>(known - interfaces.begin());
        packets.push_back(packet);
    }
    if (interfaces.empty())
        interfaces.emplace_back();
    auto writer =
        capture::CaptureWriter::create(path, interfaces, {.format = format, .nanoseconds = true, .inputs = {}});
    ASSERT_TRUE(writer) << writer.error().message;
    ASSERT_TRUE((*writer)->write(packets));
    ASSERT_TRUE((*writer)->close());
}

std::vector<Record> read_capture(const std::string& path) {
    auto reader = capture::CaptureReader::open(path);
    EXPECT_TRUE(reader) << (reader ? "" : reader.error().message);
    std::vector<Record> records;
    capture::Batch batch;
    while (reader && (*reader)->read(batch) != 0)
        for (const capture::Packet& packet : batch.packets())
            records.push_back(
                {packet.time_ns, {packet.data, packet.data + packet.captured}, packet.length, packet.link_type});
    EXPECT_TRUE(!reader || (*reader)->end().good());
    return records;
}

std::string read_bytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

void scripted(const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env) {
    for (pfq_u64 i = 0; i < count; ++i) {
        const pfq_packet& packet = packets[i];
        const std::uint8_t* b = packet.data;
        pfq_verdict& v = verdicts[i];
        v = {};
        v.slice = ~0U;
        v.mark = packet.mark * 31 + b[5];
        v.fanout = static_cast<std::uint8_t>(b[0] % 6);
        v.to_kernel = b[6] % 8 == 0;
        v.forward = b[7] % 4 == 3 ? b[8] & 3 : 0;
        ++env->counters[b[9] & 3];
        if (b[10] % 64 == 7)
            env->log(env->logger, 0, 0, &packet, &v);
        if (v.fanout == 0)
            continue;
        v.class_mask = b[1] & 7;
        v.key1 = v.fanout == 1 ? 0 : b[2] * 257U + b[3] + v.mark % 16;
        if (v.fanout == 5)
            v.key1 %= 8;
        v.key2 = v.fanout == 3 ? b[4] * 16U : 0;
        v.slice = b[11] < 128 ? ~0U : b[11] - 110U;
    }
}

void accept_all(const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env*) {
    for (pfq_u64 i = 0; i < count; ++i) {
        verdicts[i] = {};
        verdicts[i].fanout = 1;
        verdicts[i].class_mask = 1;
        verdicts[i].slice = ~0U;
        verdicts[i].mark = packets[i].mark;
    }
}

void accept_even(const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env) {
    accept_all(packets, count, verdicts, env);
    for (pfq_u64 i = 0; i < count; ++i)
        if (packets[i].captured == 0 || packets[i].data[0] % 2)
            verdicts[i].fanout = 0, verdicts[i].class_mask = 0;
}

void filter_even(const pfq_packet* packets, pfq_u64 count, pfq_u64* accepted, const pfq_env*) {
    std::fill_n(accepted, (count + 63) / 64, 0);
    for (pfq_u64 i = 0; i < count; ++i)
        if (packets[i].captured != 0 && packets[i].data[0] % 2 == 0)
            accepted[i / 64] |= pfq_u64{1} << i % 64;
}

GroupProgram program(pfq_batch_function function, std::vector<std::string> devices) {
    GroupProgram result;
    result.evaluate = function;
    result.devices = std::move(devices);
    result.messages = {"seven"};
    result.effects.may_deliver = true;
    result.effects.class_masks = {1};
    return result;
}

FilePlan simple_plan(const std::string& input, GroupProgram code, const std::string& output) {
    FilePlan plan;
    plan.inputs = {input};
    for (const std::string& device : code.devices)
        plan.forwards.push_back({device, {}});
    plan.sockets.push_back({{.name = "0"}, {output, capture::FileFormat::pcapng}});
    GroupPlan group;
    group.program = std::move(code);
    group.sockets = {0};
    plan.groups.push_back(std::move(group));
    return plan;
}

FileResult run(FilePlan plan, FileHooks hooks) {
    auto opened = FileRun::open(std::move(plan), std::move(hooks));
    if (!opened) {
        ADD_FAILURE() << opened.error();
        return {};
    }
    FileResult result = (*opened)->run();
    for (const Violation& violation : check_law(result.counters))
        ADD_FAILURE() << print(violation);
    return result;
}

} // namespace pfq::engine::test
