#include "engine/filter/berkeley.hpp"

#include <fmt/format.h>
#include <mutex>
#include <pcap/pcap.h>

namespace pfq::engine {
namespace {

constexpr int any_length = 262144; // snapshot length: filters shall accept whole packets

std::mutex compiler; // older libpcaps compile with global state

/// libpcap's own number of a link type where it is not that of files (linktype_to_dlt in pcap-common.c).
int to_dlt(std::uint16_t link_type) {
    return link_type == 101 ? DLT_RAW : link_type;
}

struct CloseHandle {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};

} // namespace

std::expected<std::shared_ptr<const BerkeleyFilter>, std::string>
BerkeleyFilter::compile(const std::string& text, std::uint16_t link_type, Form form) {
    static_assert(sizeof(lang::berkeley::Instruction) == sizeof(bpf_insn));
    const std::lock_guard guard(compiler);
    const std::unique_ptr<pcap_t, CloseHandle> handle(pcap_open_dead(to_dlt(link_type), any_length));
    if (!handle)
        return std::unexpected("cannot compile the filter: out of memory");
    bpf_program program{};
    if (pcap_compile(handle.get(), &program, text.c_str(), form == Form::optimised, PCAP_NETMASK_UNKNOWN) != 0)
        return std::unexpected(fmt::format("invalid filter '{}': {}", text, pcap_geterr(handle.get())));
    auto filter = std::make_shared<BerkeleyFilter>();
    for (const bpf_insn& i : std::span(program.bf_insns, program.bf_len))
        filter->instructions_.push_back({i.code, i.jt, i.jf, i.k});
    pcap_freecode(&program);
    if (filter->instructions_.size() > max_filter_instructions)
        return std::unexpected(fmt::format("filter '{}' has {} instructions, more than {}", text,
                                           filter->instructions_.size(), max_filter_instructions));
    return filter;
}

bool BerkeleyFilter::matches(const std::uint8_t* data, std::uint32_t captured, std::uint32_t length) const {
    return bpf_filter(reinterpret_cast<const bpf_insn*>(instructions_.data()), data, length, captured) != 0;
}

} // namespace pfq::engine
