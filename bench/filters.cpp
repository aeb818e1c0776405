#include "bench/filters.hpp"

#include "codegen/compiler.hpp"
#include "lang/compile.hpp"

#include <bit>
#include <stdexcept>

namespace pfq::bench {
namespace {

codegen::NativeProgram compile_native(const Program& program) {
    lang::SourceSet sources;
    const auto file = sources.add("-e", program.pfq);
    const auto compiled = lang::compile(sources, file);
    if (!compiled)
        throw std::runtime_error(program.name + ": " + compiled.error().front().message);
    codegen::Request request;
    request.groups = {compiled->pipeline};
    const auto object = codegen::compile(request, {.cache = false, .helper = {}});
    if (!object)
        throw std::runtime_error(program.name + ": " + object.error().text);
    auto native = codegen::NativeProgram::load(object->output);
    if (!native)
        throw std::runtime_error(program.name + ": " + native.error());
    return std::move(*native);
}

std::size_t count_bits(const std::vector<std::uint64_t>& words) {
    std::size_t sum = 0;
    for (const std::uint64_t word : words)
        sum += static_cast<std::size_t>(std::popcount(word));
    return sum;
}

} // namespace

Frames::Frames(const TrafficOptions& options) : file(make_traffic(options)) {
    for (const FramePlace& place : find_frames(file)) {
        pfq_packet packet{};
        packet.data = place.data;
        packet.captured = place.captured;
        packet.length = place.length;
        packet.time = place.time_ns;
        packet.sequence = native.size();
        packet.flags = PFQ_PACKET_ETHERNET;
        native.push_back(packet);
        by_hand.push_back({place.data, place.captured, place.length, place.time_ns});
        pcap_pkthdr header{};
        header.ts.tv_sec = static_cast<time_t>(place.time_ns / 1'000'000'000);
        header.ts.tv_usec = static_cast<suseconds_t>(place.time_ns / 1000 % 1'000'000);
        header.caplen = place.captured;
        header.len = place.length;
        headers.push_back(header);
    }
}

Filters::Filters(const Program& program) : native_(compile_native(program)), by_hand_(program.by_hand) {
    pcap_t* handle = pcap_open_dead(DLT_EN10MB, 262'144);
    const bool good = pcap_compile(handle, &pcap_, program.tcpdump.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0;
    const std::string error = good ? "" : pcap_geterr(handle);
    pcap_close(handle);
    if (!good)
        throw std::runtime_error(program.name + ": " + error);
}

Filters::~Filters() {
    pcap_freecode(&pcap_);
}

std::size_t Filters::run_native(const Frames& frames) {
    accepted_.assign((frames.native.size() + 63) / 64, 0);
    const pfq_env env{};
    native_.filter(0)(frames.native.data(), frames.native.size(), accepted_.data(), &env);
    return count_bits(accepted_);
}

std::size_t Filters::run_by_hand(const Frames& frames) {
    accepted_.assign((frames.by_hand.size() + 63) / 64, 0);
    by_hand_(frames.by_hand.data(), frames.by_hand.size(), accepted_.data());
    return count_bits(accepted_);
}

std::size_t Filters::run_pcap(const Frames& frames) {
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < frames.headers.size(); ++i)
        accepted += pcap_offline_filter(&pcap_, &frames.headers[i], frames.by_hand[i].data) != 0;
    return accepted;
}

} // namespace pfq::bench
