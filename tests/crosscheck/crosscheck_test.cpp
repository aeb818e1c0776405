// Predicates in native code against libpcap's filters, on every packet of the real captures: they agree, or the
// difference is one of a closed list (differences.hpp), of which every entry is met or has a packet of its own here.
#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "codegen/compiler.hpp"
#include "codegen/loader.hpp"
#include "engine/capture/link_layer.hpp"
#include "engine/capture/reader.hpp"
#include "lang/compile.hpp"
#include "tests/crosscheck/differences.hpp"
#include "tests/support/test_packet.hpp"

namespace pfq::test {

namespace {

namespace fs = std::filesystem;

constexpr Pair pairs[] = {
    {"filter is_ip", "ip"},
    {"filter is_ip6", "ip6"},
    {"filter is_tcp", "tcp"},
    {"filter is_udp", "udp"},
    {"filter is_icmp", "icmp"},
    {"filter is_icmp6", "icmp6"},
    {"filter is_sctp", "sctp"},
    {"l4_proto 47", "proto 47"},
    {"l4_proto 2", "proto 2"},
    {"port 80", "port 80"},
    {"port 53", "port 53"},
    {"port 443", "port 443"},
    {"src_port 443", "src port 443"},
    {"dst_port 443", "dst port 443"},
    {"port_range 1024 2048", "portrange 1024-2048"},
    {"tcp >-> port 443", "tcp port 443"},
    {"udp >-> dst_port 53", "udp dst port 53"},
    {"addr \"192.168.0.0/16\"", "net 192.168.0.0/16"},
    {"src_addr \"10.0.0.0/8\"", "src net 10.0.0.0/8"},
    {"dst_addr \"192.168.1.0/24\"", "dst net 192.168.1.0/24"},
    {"addr \"fe80::/10\"", "net fe80::/10"},
    {"addr \"2001::/16\"", "net 2001::/16"},
    {"host \"8.8.8.8\"", "host 8.8.8.8"},
    {"filter (len .>= 500)", "greater 500"},
    {"filter (len .<= 100)", "less 100"},
    {"ip >-> filter (ip_ttl .< 64)", "ip[8] < 64"},
    {"ip >-> filter is_syn", "tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn"},
    {"ip >-> filter is_rst", "tcp[tcpflags] & tcp-rst != 0"},
    {"ip >-> filter (udp_len .> 200)", "udp[4:2] > 200"},
    {"ip >-> filter is_frag", "ip[6:2] & 0x3fff != 0"},
    {"ip >-> icmp >-> filter (icmp_type .== 8)", "icmp[icmptype] == icmp-echo"},
    {"filter (is_tcp .&&. has_port 443 .||. is_udp .&&. has_port 53)", "tcp port 443 or udp port 53"},
    {"filter (not is_tcp)", "not tcp"},
};
/// Filters that only Ethernet frames have.
constexpr Pair ethernet_pairs[] = {
    {"arp", "arp"},
    {"vlan", "vlan", true},
    {"filter (has_vid 1)", "vlan 1", true},
    {"filter (src is_broadcast .||. dst is_broadcast) >-> filter (dst is_broadcast)", "ether broadcast"},
    {"filter (dst is_multicast)", "ether multicast"},
};

/// All programs as one object of native code.
class Filters {
public:
    explicit Filters(std::span<const Pair> list) : list_(list) {
        codegen::Request request;
        request.batch = false;
        for (const Pair& pair : list) {
            lang::SourceSet sources;
            auto program = lang::compile(sources, sources.add(pair.program, pair.program));
            EXPECT_TRUE(program) << pair.program;
            if (program)
                request.groups.push_back(std::move(program->pipeline));
        }
        auto compiled = codegen::compile(request);
        if (!compiled)
            throw std::runtime_error(compiled.error().text);
        auto loaded = codegen::NativeProgram::load(compiled->output);
        if (!loaded)
            throw std::runtime_error(loaded.error());
        program_.emplace(std::move(*loaded));
    }

    [[nodiscard]] bool accepts(std::size_t index, const pfq_packet& packet) const {
        const pfq_device_address nowhere{PFQ_ABSENT, PFQ_ABSENT, PFQ_ABSENT};
        std::array<pfq_u64, 64> counters{};
        pfq_env env{};
        env.addresses = &nowhere;
        env.counters = counters.data();
        pfq_u64 bits = 0;
        program_->filter(index)(&packet, 1, &bits, &env);
        return bits & 1;
    }

    [[nodiscard]] std::span<const Pair> list() const { return list_; }

private:
    std::span<const Pair> list_;
    std::optional<codegen::NativeProgram> program_;
};

/// libpcap's filters for one link type.
class Pcap {
public:
    Pcap(int link_type, std::span<const Pair> list)
        : handle_(pcap_open_dead(link_type, 262144)), programs_(list.size()) {
        for (std::size_t i = 0; i < list.size(); ++i)
            if (pcap_compile(handle_, &programs_[i], list[i].filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
                ADD_FAILURE() << list[i].filter << ": " << pcap_geterr(handle_);
    }
    ~Pcap() {
        for (auto& program : programs_)
            pcap_freecode(&program);
        pcap_close(handle_);
    }
    Pcap(const Pcap&) = delete;
    Pcap& operator=(const Pcap&) = delete;

    [[nodiscard]] bool accepts(std::size_t index, const pfq_packet& packet) {
        pcap_pkthdr header{};
        header.caplen = packet.captured;
        header.len = packet.length;
        return pcap_offline_filter(&programs_[index], &header, packet.data) != 0;
    }

private:
    pcap_t* handle_;
    std::vector<bpf_program> programs_;
};

lang::reference::Level fields_of(const pfq_packet& packet) {
    lang::reference::PacketInput input;
    input.bytes = {packet.data, packet.captured};
    input.length = packet.length;
    input.ethernet = packet.flags & PFQ_PACKET_ETHERNET;
    input.l3_offset = packet.l3_offset;
    input.ethertype = packet.ethertype;
    return lang::reference::parse(input)[0];
}

struct Tally {
    std::uint64_t compared = 0;
    std::array<std::uint64_t, difference_count> differences{};
};

void compare(const Filters& ours, Pcap& theirs, const pfq_packet& packet, const std::string& where, Tally& tally) {
    for (std::size_t i = 0; i < ours.list().size(); ++i) {
        ++tally.compared;
        const bool accepted = ours.accepts(i, packet);
        if (accepted == theirs.accepts(i, packet))
            continue;
        const Difference why = explain(ours.list()[i], fields_of(packet));
        ++tally.differences[static_cast<std::size_t>(why)];
        if (why == Difference::none)
            ADD_FAILURE() << where << ": `" << ours.list()[i].program << "` says " << accepted << ", libpcap's `"
                          << ours.list()[i].filter << "` the opposite";
    }
}

pfq_packet to_abi(const capture::Packet& packet) {
    pfq_packet out{};
    const auto header = capture::find_link_layer(packet.link_type)->parse({packet.data, packet.captured});
    out.data = packet.data;
    out.captured = packet.captured;
    out.length = packet.length;
    out.l3_offset = header.l3_offset;
    out.ethertype = header.ethertype;
    out.flags = header.has_ethernet ? PFQ_PACKET_ETHERNET : 0;
    return out;
}

fs::path captures() {
    const char* configured = std::getenv("PFQ_CAPTURES");
    const fs::path shared = configured ? configured : PFQ_SOURCE_DIR "/../shared/captures";
    return fs::exists(shared / "real") ? shared / "real" : fs::path(PFQ_SOURCE_DIR "/examples/captures");
}

} // namespace

TEST(Crosscheck, EveryPacketOfTheCaptures) {
    const Filters common(pairs), ethernet(ethernet_pairs);
    std::map<std::uint16_t, std::unique_ptr<Pcap>> theirs;
    Pcap theirs_ethernet(DLT_EN10MB, ethernet_pairs);
    Tally tally;
    std::uint64_t packets = 0;
    for (const auto& entry : fs::directory_iterator(captures())) {
        const std::string extension = entry.path().extension();
        if (extension != ".pcap" && extension != ".pcapng")
            continue;
        auto reader = capture::CaptureReader::open(entry.path());
        ASSERT_TRUE(reader) << entry.path();
        capture::Batch batch;
        while ((*reader)->read(batch) != 0)
            for (const capture::Packet& packet : batch.packets()) {
                if (!capture::find_link_layer(packet.link_type))
                    continue;
                const pfq_packet abi = to_abi(packet);
                const std::string where = entry.path().filename().string() + " packet " + std::to_string(++packets);
                auto& filter = theirs[packet.link_type];
                if (!filter) // raw IP has three numbers in files, one in libpcap
                    filter = std::make_unique<Pcap>(packet.link_type == 101 ? DLT_RAW : packet.link_type, pairs);
                compare(common, *filter, abi, where, tally);
                if (packet.link_type == DLT_EN10MB)
                    compare(ethernet, theirs_ethernet, abi, where, tally);
            }
    }
    EXPECT_GT(packets, 300u);
    std::printf("%llu comparisons on %llu packets of %s\n", static_cast<unsigned long long>(tally.compared),
                static_cast<unsigned long long>(packets), captures().c_str());
    for (int i = 0; i < difference_count; ++i)
        std::printf("  %-24s %llu\n", name(static_cast<Difference>(i)),
                    static_cast<unsigned long long>(tally.differences[static_cast<std::size_t>(i)]));
}

/// One packet per entry of the list, on which the two do differ for that reason.
TEST(Crosscheck, EveryDifferenceIsReal) {
    struct Case {
        Difference why;
        Pair pair;
        const char* packet;
    };
    const Case cases[] = {
        {Difference::behind_tags, {"filter is_tcp", "tcp"}, "eth / vlan id=5 / ip / tcp"},
        {Difference::extension_headers, {"filter is_tcp", "tcp"}, "eth / ip6 / hop / tcp"},
        {Difference::invalid_header, {"filter is_ip", "ip"}, "eth / ip version=5 / tcp"},
        {Difference::tcp_flags_ipv6,
         {"filter is_syn", "tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn"},
         "eth / ip6 / tcp flags=S"},
        {Difference::vlan_header_cut, {"vlan", "vlan", true}, "hex 000000000001 000000000002 8100"},
    };
    for (const Case& c : cases) {
        const TestPacket packet = parse_packet(c.packet);
        const std::array<Pair, 1> list{c.pair};
        const Filters ours(list);
        Pcap theirs(DLT_EN10MB, list);
        const pfq_packet abi = to_abi(packet);
        EXPECT_NE(ours.accepts(0, abi), theirs.accepts(0, abi)) << name(c.why);
        EXPECT_EQ(explain(c.pair, fields_of(abi)), c.why) << name(c.why);
    }
}

} // namespace pfq::test
