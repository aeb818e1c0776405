// One program in its three forms, ready to run.
#pragma once
#include "bench/programs.hpp"
#include "bench/traffic.hpp"
#include "codegen/loader.hpp"

#include <memory>
#include <pcap/pcap.h>
#include <vector>

namespace pfq::bench {

/// A capture in memory with what each form takes as its input.
struct Frames {
    explicit Frames(const TrafficOptions& options);

    std::vector<std::uint8_t> file;
    std::vector<pfq_packet> native;
    std::vector<hand::Frame> by_hand;
    std::vector<pcap_pkthdr> headers; ///< libpcap; the bytes are those of by_hand
};

/// Throws std::runtime_error when a form does not compile.
class Filters {
public:
    explicit Filters(const Program& program);
    ~Filters();
    Filters(const Filters&) = delete;
    Filters& operator=(const Filters&) = delete;

    // Each evaluates all frames and returns how many it accepted.
    std::size_t run_native(const Frames& frames);
    std::size_t run_by_hand(const Frames& frames);
    std::size_t run_pcap(const Frames& frames);

private:
    codegen::NativeProgram native_;
    hand::Filter by_hand_;
    bpf_program pcap_{};
    std::vector<std::uint64_t> accepted_;
};

} // namespace pfq::bench
