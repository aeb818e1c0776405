// Loads eBPF objects, fills their maps, and runs them with BPF_PROG_TEST_RUN.
#include "tests/corpus/bpf_programs.hpp"
#include "codegen/compiler.hpp"
#include "datapath/bpf_abi.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace pfq::test {

namespace {

std::string kernel_words; // what libbpf prints while it loads

int keep_words(libbpf_print_level level, const char* format, va_list arguments) {
    constexpr std::size_t shown = 3000; // the verifier's verdict is at the end of its log
    char* text = nullptr;
    if (level == LIBBPF_DEBUG || vasprintf(&text, format, arguments) < 0)
        return 0;
    kernel_words += text;
    kernel_words.erase(0, kernel_words.size() - std::min(kernel_words.size(), shown));
    free(text);
    return 0;
}

std::string compile_object(const std::vector<BpfGroup>& groups) {
    codegen::Request request;
    request.target = codegen::Target::bpf_xdp;
    for (const BpfGroup& group : groups)
        request.groups.push_back(group.pipeline);
    auto compiled = codegen::compile(request, {.cache = false, .limit = std::chrono::minutes(5), .helper = {}});
    if (!compiled)
        throw std::runtime_error(compiled.error().text);
    return std::move(compiled->output);
}

void update(int map, const void* key, const void* value) {
    if (bpf_map_update_elem(map, key, value, BPF_ANY) != 0)
        throw std::runtime_error(std::string("a map cannot be filled: ") + std::strerror(errno));
}

pfq_bpf_prefix map_key(std::uint32_t table, const lang::Prefix& prefix) {
    pfq_bpf_prefix key{.prefixlen = PFQ_PREFIX_FIXED + std::uint32_t{prefix.length},
                       .table = table,
                       .family = prefix.ipv6 ? 6U : 4U,
                       .address = {}};
    const unsigned bytes = prefix.ipv6 ? 16 : 4;
    for (unsigned i = 0; i < bytes; ++i) {
        const unsigned from_end = bytes - 1 - i;
        key.address[i] =
            static_cast<pfq_u8>((from_end < 8 ? prefix.low >> from_end * 8 : prefix.high >> (from_end - 8) * 8) & 0xff);
    }
    return key;
}

pfq_bpf_flow map_key(std::uint32_t table, const lang::TableKey& flow) {
    return {.table = table,
            .key = {.high = flow.high,
                    .low = flow.low,
                    .high2 = flow.high2,
                    .low2 = flow.low2,
                    .port = flow.port,
                    .port2 = flow.port2,
                    .protocol = flow.protocol,
                    .ipv6 = flow.ipv6,
                    .reserved = 0}};
}

} // namespace

BpfPrograms::BpfPrograms(std::vector<BpfGroup> groups) : groups_(std::move(groups)) {
    const std::string object = compile_object(groups_);
    kernel_words.clear();
    libbpf_set_print(keep_words);
    object_ = bpf_object__open_mem(object.data(), object.size(), nullptr);
    if (object_ == nullptr || bpf_object__load(object_) != 0) {
        bpf_object__close(object_);
        throw std::runtime_error("not loaded: " + kernel_words);
    }
    program_ = bpf_program__fd(bpf_object__next_program(object_, nullptr));
    if (map("pfq_events") >= 0)
        ring_ = ring_buffer__new(map("pfq_events"), take_event, this, nullptr);
    fill_devices();
    fill_tables();
}

BpfPrograms::~BpfPrograms() {
    ring_buffer__free(ring_);
    bpf_object__close(object_);
}

bool BpfPrograms::takes(const TestPacket& packet) {
    return packet.ethernet && packet.bytes.size() >= 14 && packet.bytes.size() < 3000 &&
           packet.length == packet.bytes.size();
}

Outcome BpfPrograms::run(std::size_t group, const TestPacket& packet) {
    listened_ = group;
    events_.clear();
    set_inputs(packet);
    const auto before = counters(group);
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = packet.bytes.data();
    options.data_size_in = static_cast<__u32>(packet.bytes.size());
    options.repeat = 1;
    if (bpf_prog_test_run_opts(program_, &options) != 0)
        throw std::runtime_error(std::string("the kernel does not run the packet: ") + std::strerror(errno));
    if (ring_ != nullptr)
        ring_buffer__consume(ring_);
    Outcome outcome = verdict(group);
    outcome.counters = counters(group);
    for (std::size_t i = 0; i < before.size(); ++i)
        outcome.counters[i] -= before[i];
    outcome.events = events_;
    return outcome;
}

int BpfPrograms::map(const char* name) const {
    return bpf_object__find_map_fd_by_name(object_, name);
}

template <class T> T BpfPrograms::of_this_cpu(const char* map_name, std::size_t cell) const {
    std::vector<T> values(static_cast<std::size_t>(libbpf_num_possible_cpus()));
    const auto key = static_cast<std::uint32_t>(cell);
    if (bpf_map_lookup_elem(map(map_name), &key, values.data()) != 0)
        throw std::runtime_error(std::string(map_name) + " cannot be read: " + std::strerror(errno));
    return values[0];
}

void BpfPrograms::fill_devices() const {
    if (map("pfq_devices") < 0)
        return;
    for (std::size_t group = 0; group < groups_.size(); ++group)
        for (std::size_t i = 0; i < groups_[group].pipeline.devices.size(); ++i) {
            const auto cell = static_cast<std::uint32_t>(group * PFQ_BPF_DEVICES + i);
            const std::uint32_t device = device_index(groups_[group].pipeline.devices[i]);
            update(map("pfq_devices"), &cell, &device);
        }
}

void BpfPrograms::fill_tables() const {
    std::uint32_t number = 0; // tables count through all groups
    for (const BpfGroup& group : groups_)
        for (const lang::Table& table : group.pipeline.tables) {
            const auto contents = group.program->tables.find(table.name);
            if (contents != group.program->tables.end())
                fill_table(number, contents->second);
            ++number;
        }
}

void BpfPrograms::fill_table(std::uint32_t number, const TableContents& contents) const {
    const std::uint32_t value = 1;
    for (const lang::Prefix& prefix : contents.prefixes.prefixes) {
        const pfq_bpf_prefix key = map_key(number, prefix);
        update(map("pfq_prefixes"), &key, &value);
    }
    for (const lang::WordSet::Range& range : contents.ports.ranges)
        for (std::uint64_t port = range.low; port <= range.high; ++port) {
            const pfq_bpf_port key{.table = number, .port = static_cast<pfq_u32>(port)};
            update(map("pfq_ports"), &key, &value);
        }
    for (const lang::TableKey& flow : contents.flows) {
        const pfq_bpf_flow key = map_key(number, flow);
        update(map("pfq_flows"), &key, &value);
    }
}

void BpfPrograms::set_inputs(const TestPacket& packet) const {
    const pfq_bpf_inputs inputs{.clock_offset = 0,
                                .time = packet.time,
                                .sequence = packet.sequence,
                                .ipv4 = packet.device_address,
                                .ipv6_high = packet.device_address6_high,
                                .ipv6_low = packet.device_address6_low,
                                .device = packet.device,
                                .mark = packet.mark,
                                .queue = packet.queue,
                                .given = 1};
    const std::uint32_t cell = 0;
    update(map("pfq_inputs"), &cell, &inputs);
}

std::array<std::uint64_t, lang::max_counters> BpfPrograms::counters(std::size_t group) const {
    std::array<std::uint64_t, lang::max_counters> out{};
    for (std::size_t i = 0; map("pfq_group_counters") >= 0 && i < out.size(); ++i)
        out[i] = of_this_cpu<std::uint64_t>("pfq_group_counters", group * PFQ_BPF_GROUP_COUNTERS + i);
    return out;
}

Outcome BpfPrograms::verdict(std::size_t group) const {
    const auto v = of_this_cpu<pfq_verdict>("pfq_verdicts", group);
    return name_devices({.fanout = static_cast<lang::Fanout>(v.fanout),
                         .to_kernel = v.to_kernel != 0,
                         .class_mask = v.class_mask,
                         .key1 = v.key1,
                         .key2 = v.key2,
                         .mark = v.mark,
                         .state = v.state,
                         .slice = v.slice,
                         .forward = v.forward},
                        groups_[group].pipeline);
}

int BpfPrograms::take_event(void* programs, void* data, std::size_t) {
    auto& self = *static_cast<BpfPrograms*>(programs);
    const auto& event = *static_cast<const pfq_bpf_event*>(data);
    if (event.group == self.listened_)
        self.events_.push_back(
            event_text(self.groups_[event.group].pipeline, static_cast<lang::LogKind>(event.kind), event.message));
    return 0;
}

} // namespace pfq::test
