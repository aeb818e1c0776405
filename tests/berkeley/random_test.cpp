// Random programs on random packets: libpcap's interpreter, the reference evaluator and native code return the same.
#include "tests/berkeley/differential.hpp"
#include "tests/berkeley/random_filter.hpp"
#include "tests/support/random_packet.hpp"
#include <cstdio>
#include <gtest/gtest.h>

namespace pfq::test {
namespace {

/// Packets of all layers, some cut anywhere, and some that are noise.
class Packets {
public:
    explicit Packets(std::uint64_t seed, std::size_t count) : random_(seed), layers_(seed) {
        for (std::size_t i = 0; i < count; ++i)
            packets_.push_back(i % 4 == 3 ? noise() : layers_.next());
        for (const TestPacket& packet : packets_)
            abi_.push_back(to_abi(packet));
    }
    [[nodiscard]] const std::vector<pfq_packet>& all() const { return abi_; }

private:
    TestPacket noise() {
        TestPacket packet;
        packet.bytes.resize(random_() % 70);
        for (auto& byte : packet.bytes)
            byte = static_cast<std::uint8_t>(random_());
        packet.length = static_cast<std::uint32_t>(packet.bytes.size() + random_() % 3 * 100);
        return packet;
    }

    std::mt19937_64 random_;
    RandomPackets layers_;
    std::vector<TestPacket> packets_;
    std::vector<pfq_packet> abi_;
};

struct Tally {
    std::uint64_t programs = 0, packets = 0, accepted = 0;

    void print(const char* what) const {
        std::printf("%s: %llu programs, %llu runs on packets, %llu accepted\n", what,
                    static_cast<unsigned long long>(programs), static_cast<unsigned long long>(packets),
                    static_cast<unsigned long long>(accepted));
    }
};

std::size_t random_size(std::uint64_t seed) {
    return seed % 10 == 0 ? 100 + seed % 300 : 12 + seed % 50;
}

TEST(BerkeleyRandom, ReferenceEvaluator) {
    Tally tally;
    for (std::uint64_t seed = 1; seed <= rounds(10'000); ++seed) {
        const FilterProgram program = RandomFilters(seed).next(random_size(seed));
        const lang::Pipeline pipeline = as_pipeline(program, seed % 2 == 0);
        ++tally.programs;
        const Packets packets(seed, 30);
        for (const pfq_packet& packet : packets.all()) {
            const std::uint32_t expected = by_libpcap(program, packet);
            ASSERT_EQ(by_reference(pipeline, packet), expected) << "seed " << seed << "\n"
                                                                << show(packet) << "\n"
                                                                << show(program);
            ++tally.packets;
            tally.accepted += expected != 0;
        }
    }
    EXPECT_GT(tally.accepted, tally.packets / 20) << "the programs reject nearly everything";
    tally.print("reference evaluator");
}

TEST(BerkeleyRandom, NativeCode) {
    Tally tally;
    const std::size_t batch = codegen::NativeProgram::max_groups;
    for (std::uint64_t first = 1; first <= rounds(1536); first += batch) {
        std::vector<FilterProgram> programs;
        std::vector<lang::Pipeline> pipelines;
        for (std::uint64_t seed = first; seed < first + batch; ++seed) {
            programs.push_back(RandomFilters(seed + 100'000).next(12 + seed % 40));
            pipelines.push_back(as_pipeline(programs.back(), seed % 2 == 0));
        }
        const NativeFilters native(pipelines);
        const Packets packets(first, 120);
        for (std::size_t i = 0; i < batch; ++i, ++tally.programs)
            for (const pfq_packet& packet : packets.all()) {
                const std::uint32_t expected = by_libpcap(programs[i], packet);
                ASSERT_EQ(native.run(i, packet), expected) << show(packet) << "\n" << show(programs[i]);
                ASSERT_EQ(native.accepts(i, packet), expected != 0) << show(packet) << "\n" << show(programs[i]);
                ++tally.packets;
                tally.accepted += expected != 0;
            }
    }
    EXPECT_GT(tally.accepted, tally.packets / 20);
    tally.print("native code");
}

/// Programs of the largest size, however they jump: they compile within the helper's time limit, or are refused for
/// their number of operations.
TEST(BerkeleyRandom, LargestPrograms) {
    Tally tally;
    unsigned refused = 0;
    for (std::uint64_t seed = 1; seed <= rounds(8); ++seed) {
        const FilterProgram program = RandomFilters(seed + 200'000).next(lang::berkeley::max_instructions);
        lang::Pipeline pipeline;
        if (const auto added = lang::berkeley::add_filter(pipeline, program); !added) {
            ASSERT_NE(added.error().text.find("too large"), std::string::npos) << added.error().text;
            ++refused;
            continue;
        }
        pipeline = lang::optimise(std::move(pipeline));
        const NativeFilters native(std::span(&pipeline, 1));
        ++tally.programs;
        const Packets packets(seed, 60);
        for (const pfq_packet& packet : packets.all()) {
            const std::uint32_t expected = by_libpcap(program, packet);
            ASSERT_EQ(by_reference(pipeline, packet), expected) << "seed " << seed << "\n" << show(packet);
            ASSERT_EQ(native.run(0, packet), expected) << "seed " << seed << "\n" << show(packet);
            ++tally.packets;
            tally.accepted += expected != 0;
        }
    }
    std::printf("%u refused as too large\n", refused);
    tally.print("4,096 instructions");
}

} // namespace
} // namespace pfq::test
