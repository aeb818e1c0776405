// The filters that users write, optimised by libpcap and not, on every packet of the captures.
#include "engine/capture/link_layer.hpp"
#include "engine/capture/reader.hpp"
#include "tests/berkeley/differential.hpp"
#include "tests/berkeley/filters.hpp"
#include "tests/support/random_packet.hpp"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <pcap/pcap.h>
#include <random>
#include <set>

namespace pfq::test {
namespace {

namespace fs = std::filesystem;

struct Close {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};

/// By libpcap, for the link type; nothing when it has no such filter for it.
std::optional<FilterProgram> compiled(const char* text, std::uint16_t link_type, bool optimised) {
    const int number = link_type == 101 ? DLT_RAW : link_type; // raw IP has another number in files
    const std::unique_ptr<pcap_t, Close> handle(pcap_open_dead(number, 262144));
    bpf_program program{};
    if (pcap_compile(handle.get(), &program, text, optimised, PCAP_NETMASK_UNKNOWN) != 0)
        return std::nullopt;
    FilterProgram instructions;
    for (const bpf_insn& in : std::span(program.bf_insns, program.bf_len))
        instructions.push_back({in.code, in.jt, in.jf, in.k});
    pcap_freecode(&program);
    return instructions;
}

struct Filter {
    const char* text;
    FilterProgram program;
    lang::Pipeline pipeline;
};

/// All filters of one link type, twice.
struct Filters {
    std::vector<Filter> list;
    std::optional<NativeFilters> native;

    explicit Filters(std::uint16_t link_type) {
        std::vector<lang::Pipeline> pipelines;
        const std::size_t wanted = rounds(std::size(filters));
        for (std::size_t i = 0; i < std::size(filters); i += std::max<std::size_t>(1, std::size(filters) / wanted))
            for (const bool optimised : {true, false})
                if (auto program = compiled(filters[i], link_type, optimised)) {
                    pipelines.push_back(as_pipeline(*program, true));
                    list.push_back({filters[i], std::move(*program), pipelines.back()});
                }
        native.emplace(pipelines);
    }
};

struct Tally {
    std::uint64_t packets = 0, native = 0, reference = 0, accepted = 0;
    std::set<const Filter*> accepting;
};

void compare(const Filters& all, const pfq_packet& packet, const std::string& where, Tally& tally) {
    ++tally.packets;
    for (std::size_t i = 0; i < all.list.size(); ++i) {
        const Filter& filter = all.list[i];
        const std::uint32_t expected = by_libpcap(filter.program, packet);
        ++tally.native;
        if (all.native->accepts(i, packet) != (expected != 0))
            ADD_FAILURE() << where << ": native code of '" << filter.text << "'\n"
                          << show(packet) << show(filter.program);
        tally.accepted += expected != 0;
        if (expected != 0)
            tally.accepting.insert(&filter);
        if ((i + tally.packets) % 8 != 0) // plain, but slow
            continue;
        ++tally.reference;
        if (by_reference(filter.pipeline, packet) != expected)
            ADD_FAILURE() << where << ": '" << filter.text << "'\n" << show(packet) << show(filter.program);
    }
}

pfq_packet to_abi(const capture::Packet& packet, const capture::LinkLayer& layer) {
    const auto header = layer.parse({packet.data, packet.captured});
    pfq_packet out{};
    out.data = packet.data;
    out.captured = packet.captured;
    out.length = packet.length;
    out.l3_offset = header.l3_offset;
    out.ethertype = header.ethertype;
    out.flags = header.has_ethernet ? PFQ_PACKET_ETHERNET : 0;
    return out;
}

/// Those that the environment names (PFQ_CAPTURES), those beside the checkout, and in any case those shipped.
std::vector<fs::path> captures() {
    const char* configured = std::getenv("PFQ_CAPTURES");
    const fs::path shared = configured ? configured : PFQ_SOURCE_DIR "/../shared/captures";
    std::vector<fs::path> files;
    for (const fs::path& folder : {shared / "real", shared / "hostile", fs::path(PFQ_SOURCE_DIR "/tests/captures"),
                                   fs::path(PFQ_SOURCE_DIR "/examples/captures")})
        if (fs::exists(folder))
            for (const auto& entry : fs::directory_iterator(folder))
                if (entry.path().extension() == ".pcap" || entry.path().extension() == ".pcapng")
                    files.push_back(entry.path());
    return files;
}

TEST(BerkeleyFilters, EveryPacketOfTheCaptures) {
    std::map<std::uint16_t, std::pair<Filters, Tally>> by_type;
    for (const fs::path& file : captures()) {
        auto reader = capture::CaptureReader::open(file);
        if (!reader)
            continue; // some of the hostile ones are no captures at all
        capture::Batch batch;
        std::size_t number = 0;
        while ((*reader)->read(batch) != 0)
            for (const capture::Packet& packet : batch.packets()) {
                ++number;
                const auto* layer = capture::find_link_layer(packet.link_type);
                if (!layer)
                    continue;
                auto found = by_type.find(packet.link_type);
                if (found == by_type.end())
                    found = by_type.try_emplace(packet.link_type, Filters(packet.link_type), Tally()).first;
                auto& [filters_of_type, tally] = found->second;
                pfq_packet abi = to_abi(packet, *layer);
                const std::string where = file.filename().string() + " packet " + std::to_string(number);
                compare(filters_of_type, abi, where, tally);
                if (number % 4 != 0)
                    continue;
                abi.captured = std::min<pfq_u32>(abi.captured, number * 7 % 80); // cut where headers are
                compare(filters_of_type, abi, where + ", cut", tally);
            }
    }
    ASSERT_TRUE(by_type.contains(DLT_EN10MB));
    EXPECT_GE(by_type.at(DLT_EN10MB).second.packets, 500u);
    EXPECT_GE(by_type.at(DLT_EN10MB).first.list.size(), std::min<std::size_t>(rounds(300), 300));
    for (const auto& [type, all] : by_type) {
        const auto& [list, tally] = all;
        std::printf("link type %u: %zu programs (%zu of which accept a packet), %llu packets, %llu runs of native "
                    "code, %llu of "
                    "the reference evaluator, %llu accepted\n",
                    type, list.list.size(), tally.accepting.size(), static_cast<unsigned long long>(tally.packets),
                    static_cast<unsigned long long>(tally.native), static_cast<unsigned long long>(tally.reference),
                    static_cast<unsigned long long>(tally.accepted));
    }
}

/// A rule of a list as firewalls have them.
std::string random_rule(std::mt19937_64& random) {
    const auto number = [&](unsigned bound) { return std::to_string(random() % bound); };
    std::string rule;
    const auto add = [&](const std::string& part) { rule += (rule.empty() ? "" : " and ") + part; };
    if (random() % 2)
        add("src net 10." + number(4) + "." + number(4) + ".0/24");
    if (random() % 2)
        add("dst net 10." + number(4) + ".0.0/16");
    if (random() % 4 == 0)
        add("not host 10.0.0." + number(9));
    if (const char* protocol = random() % 2 ? "tcp" : "udp"; random() % 4 != 0)
        add(protocol + std::string(random() % 2 ? " dst port " : " port ") + number(4));
    return rule.empty() ? "icmp" : "(" + rule + ")";
}

/// Long lists of rules, with libpcap's plain program for those that its optimiser entangles. Either of the two is
/// taken, for all packets.
TEST(BerkeleyFilters, ListsOfRules) {
    std::mt19937_64 random(3);
    std::vector<std::pair<FilterProgram, FilterProgram>> programs;
    std::vector<lang::Pipeline> pipelines;
    for (unsigned length = 4; length < 4 + rounds(64); ++length) {
        std::string text = random_rule(random);
        for (unsigned i = 1; i < length; ++i)
            text += (random() % 16 ? " or " : " and not ") + random_rule(random);
        auto program = compiled(text.c_str(), DLT_EN10MB, true), plain = compiled(text.c_str(), DLT_EN10MB, false);
        ASSERT_TRUE(program && plain) << text;
        pipelines.push_back(as_pipeline(*program, true, *plain));
        programs.emplace_back(std::move(*program), std::move(*plain));
    }
    const NativeFilters native(pipelines);
    RandomPackets packets(4);
    std::vector<TestPacket> all;
    all.reserve(2000);
    for (unsigned i = 0; i < 2000; ++i)
        all.push_back(packets.next());
    std::uint64_t accepted = 0;
    unsigned of_plain = 0;
    for (std::size_t i = 0; i < programs.size(); ++i) {
        std::uint64_t not_as_optimised = 0, not_as_plain = 0;
        for (const TestPacket& packet : all) {
            const pfq_packet abi = to_abi(packet);
            const bool accepts = native.accepts(i, abi);
            accepted += accepts;
            not_as_optimised += accepts != (by_libpcap(programs[i].first, abi) != 0);
            not_as_plain += accepts != (by_libpcap(programs[i].second, abi) != 0);
        }
        EXPECT_TRUE(not_as_optimised == 0 || not_as_plain == 0) << show(programs[i].first);
        of_plain += not_as_optimised != 0;
    }
    EXPECT_GT(accepted, 0U);
    std::printf("%zu lists of rules (%u of them seen to be plain ones), %zu packets each, %llu accepted\n",
                programs.size(), of_plain, all.size(), static_cast<unsigned long long>(accepted));
}

/// What depends on more than the packet, libpcap's interpreter silently rejects.
TEST(BerkeleyFilters, OthersAreRefused) {
    for (const char* text : {"inbound", "outbound and tcp"}) {
        lang::Pipeline pipeline;
        const auto added = lang::berkeley::add_filter(pipeline, compiled(text, DLT_EN10MB, true).value());
        ASSERT_FALSE(added);
        EXPECT_NE(added.error().text.find("PKTTYPE"), std::string::npos) << added.error().text;
    }
    lang::Pipeline pipeline;
    const auto added = lang::berkeley::add_filter(pipeline, compiled("ip6 protochain 6", DLT_EN10MB, true).value());
    ASSERT_FALSE(added);
    EXPECT_NE(added.error().text.find("jumps backwards"), std::string::npos) << added.error().text;
}

} // namespace
} // namespace pfq::test
