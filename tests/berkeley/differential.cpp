#include "tests/berkeley/differential.hpp"
#include "lang/reference/evaluate.hpp"
#include "tests/support/values.hpp"
#include <algorithm>
#include <cstdlib>
#include <pcap/pcap.h>
#include <stdexcept>

namespace pfq::test {

namespace {

constexpr std::uint32_t longest = 65535;

std::uint32_t returned(bool dropped, std::uint32_t slice) {
    return dropped ? 0 : std::min(slice, longest);
}

const pfq_device_address nowhere{PFQ_ABSENT, PFQ_ABSENT, PFQ_ABSENT};

} // namespace

std::uint32_t by_libpcap(const FilterProgram& program, const pfq_packet& packet) {
    static_assert(sizeof(FilterProgram::value_type) == sizeof(bpf_insn));
    const auto* instructions = reinterpret_cast<const bpf_insn*>(program.data());
    return std::min(bpf_filter(instructions, packet.data, packet.length, packet.captured), longest);
}

std::uint32_t by_reference(const lang::Pipeline& pipeline, const pfq_packet& packet) {
    lang::reference::PacketInput input;
    input.bytes = {packet.data, packet.captured};
    input.length = packet.length;
    input.ethernet = (packet.flags & PFQ_PACKET_ETHERNET) != 0;
    input.l3_offset = packet.l3_offset;
    input.ethertype = packet.ethertype;
    lang::reference::Environment nothing;
    const auto verdict = evaluate(pipeline, input, nothing);
    if (verdict.filtered() != (verdict.fanout == lang::Fanout::drop))
        throw std::runtime_error("a drop of the filter that is not said to be one");
    return returned(verdict.filtered(), verdict.slice);
}

lang::Pipeline as_pipeline(const FilterProgram& program, bool optimised, const FilterProgram& plain) {
    lang::Pipeline pipeline;
    if (const auto added = lang::berkeley::add_filter(pipeline, program, plain); !added)
        throw std::runtime_error(added.error().text);
    pipeline = optimised ? lang::optimise(std::move(pipeline)) : lang::sweep(pipeline);
    if (const auto fault = check(pipeline); !fault.empty())
        throw std::runtime_error(fault);
    return pipeline;
}

NativeFilters::NativeFilters(std::span<const lang::Pipeline> filters) {
    while (!filters.empty()) {
        const auto count = std::min(filters.size(), codegen::NativeProgram::max_groups);
        codegen::Request request;
        request.groups.assign(filters.begin(), filters.begin() + static_cast<std::ptrdiff_t>(count));
        filters = filters.subspan(count);
        auto compiled = codegen::compile(request, {.cache = false, .helper = {}});
        if (!compiled)
            throw std::runtime_error(compiled.error().text);
        auto program = codegen::NativeProgram::load(compiled->output);
        if (!program)
            throw std::runtime_error(program.error());
        objects_.push_back(std::move(*program));
    }
}

std::uint32_t NativeFilters::run(std::size_t filter, const pfq_packet& packet) const {
    constexpr auto groups = codegen::NativeProgram::max_groups;
    pfq_env env{};
    env.addresses = &nowhere;
    pfq_verdict verdict{};
    objects_[filter / groups].batch(filter % groups)(&packet, 1, &verdict, &env);
    return returned(static_cast<lang::Fanout>(verdict.fanout) == lang::Fanout::drop, verdict.slice);
}

bool NativeFilters::accepts(std::size_t filter, const pfq_packet& packet) const {
    constexpr auto groups = codegen::NativeProgram::max_groups;
    pfq_env env{};
    env.addresses = &nowhere;
    pfq_u64 bits = 0;
    objects_[filter / groups].filter(filter % groups)(&packet, 1, &bits, &env);
    return (bits & 1) != 0;
}

std::uint64_t rounds(std::uint64_t usual) {
    const auto factor = [](const char* name) {
        const char* text = std::getenv(name);
        return text ? std::strtoull(text, nullptr, 10) : 1;
    };
    return std::max<std::uint64_t>(1, usual * factor("PFQ_ROUNDS") / factor("PFQ_FEWER"));
}

std::string show(const FilterProgram& program) {
    std::string text;
    for (std::size_t i = 0; i < program.size(); ++i)
        text += "(" + std::to_string(i) + ") " + lang::berkeley::describe(program[i], i) + "\n";
    return text;
}

std::string show(const pfq_packet& packet) {
    return std::to_string(packet.length) +
           " bytes on the wire, captured: " + to_hex({packet.data, packet.data + packet.captured});
}

} // namespace pfq::test
