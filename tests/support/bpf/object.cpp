#include "tests/support/bpf/object.hpp"
#include "datapath/bpf_abi.h"
#include "tests/support/bpf/keys.hpp"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sched.h>

namespace pfq::test {

namespace {

static_assert(PFQ_BPF_GROUP_COUNTERS == lang::max_counters);

thread_local std::string kernel_words; // what libbpf prints while this thread loads

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

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

void update(int map, const void* key, const void* value) {
    if (bpf_map_update_elem(map, key, value, BPF_ANY) != 0)
        fail("a map cannot be filled");
}

/// The values of the first cells of an array, for every possible processor each.
template <class T> std::vector<T> read_array(int map, std::size_t cells) {
    static const auto processors = static_cast<std::size_t>(libbpf_num_possible_cpus());
    static_assert(sizeof(T) % 8 == 0, "values of per-processor maps are padded to 8 bytes");
    std::vector<T> values(cells * processors);
    std::vector<std::uint32_t> keys(cells);
    std::uint32_t next = 0;
    auto count = static_cast<__u32>(cells);
    // With fewer cells wanted than there are, the kernel may say that this was not the end.
    if (bpf_map_lookup_batch(map, nullptr, &next, keys.data(), values.data(), &count, nullptr) != 0 &&
        errno != ENOENT && errno != ENOSPC)
        fail("a map cannot be read");
    if (count != cells)
        throw std::runtime_error("a map has fewer cells than it should");
    const auto cpu = static_cast<std::size_t>(sched_getcpu());
    std::vector<T> own;
    for (std::size_t i = 0; i < cells; ++i)
        own.push_back(values[i * processors + cpu]);
    return own;
}

lang::Verdict from_abi(const pfq_verdict& v) {
    return {.fanout = static_cast<lang::Fanout>(v.fanout),
            .to_kernel = v.to_kernel != 0,
            .dropped_by = static_cast<lang::DropBy>(v.dropped_by),
            .class_mask = v.class_mask,
            .key1 = v.key1,
            .key2 = v.key2,
            .mark = v.mark,
            .state = v.state,
            .slice = v.slice,
            .forward = v.forward};
}

/// TC's test run hands the packet over as if it had been received, and what receives IP may want a whole IP header.
/// Kernels differ in that: 6.1 refuses nothing behind the Ethernet header, 6.18 less than a header of the EtherType.
bool may_be_refused(Hook hook, const TestPacket& packet) {
    constexpr std::size_t ethernet_header = 14, largest_fixed_header = 40;
    return hook == Hook::tc && packet.bytes.size() < ethernet_header + largest_fixed_header;
}

} // namespace

const char* name(Hook hook) {
    return hook == Hook::xdp ? "XDP" : "TC";
}

std::string show(const BpfOutcome& outcome) {
    const auto& v = outcome.verdict;
    std::string text = "fanout " + std::to_string(static_cast<unsigned>(v.fanout)) + " class " +
                       std::to_string(v.class_mask) + " keys " + std::to_string(v.key1) + " " + std::to_string(v.key2) +
                       " mark " + std::to_string(v.mark) + " state " + std::to_string(v.state) + " slice " +
                       std::to_string(v.slice) + " forward " + std::to_string(v.forward) + " kernel " +
                       std::to_string(v.to_kernel);
    for (std::size_t i = 0; i < outcome.counters.size(); ++i)
        if (outcome.counters[i] != 0)
            text += " counter" + std::to_string(i) + "=" + std::to_string(outcome.counters[i]);
    for (const BpfEvent& event : outcome.events)
        text += " [kind " + std::to_string(event.kind) + " message " + std::to_string(event.message) + " mark " +
                std::to_string(event.mark) + " state " + std::to_string(event.state) + " fanout " +
                std::to_string(event.fanout) + " class " + std::to_string(event.class_mask) + "]";
    return text;
}

void BpfObject::CloseObject::operator()(bpf_object* object) const {
    bpf_object__close(object);
}
void BpfObject::FreeRing::operator()(ring_buffer* ring) const {
    ring_buffer__free(ring);
}

BpfObject::BpfObject(std::string_view object, Hook hook, std::size_t groups)
    : hook_(hook), groups_(groups), events_(groups) {
    kernel_words.clear();
    libbpf_set_print(keep_words);
    object_.reset(bpf_object__open_mem(object.data(), object.size(), nullptr));
    load();
    if (map("pfq_events") >= 0)
        listen();
    if (map("pfq_group_counters") >= 0)
        counters_.resize(groups_ * lang::max_counters);
    before_ = counters_;
}

BpfObject::~BpfObject() {
    ring_.reset();
    close(events_ring_);
    for (const auto& [which, map] : tables_)
        close(map);
}

/// All groups say what they have to say into one ring.
void BpfObject::listen() {
    events_ring_ = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "events", 0, 0, 256 * 1024, nullptr);
    for (std::uint32_t group = 0; group < PFQ_BPF_GROUPS; ++group)
        update(map("pfq_events"), &group, &events_ring_);
    ring_.reset(ring_buffer__new(events_ring_, take_event, this, nullptr));
}

/// The map of the entry's table, made with its first entry.
int BpfObject::table(const BpfTableEntry& entry) {
    const auto found = tables_.find({entry.kind, entry.table});
    if (found != tables_.end())
        return found->second;
    constexpr __u32 value = sizeof(pfq_u64), entries = 1024;
    LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_NO_PREALLOC);
    int made = -1;
    const char* maps = "pfq_flows";
    if (entry.kind == lang::TableKind::address) {
        maps = "pfq_prefixes";
        made = bpf_map_create(BPF_MAP_TYPE_LPM_TRIE, "table", sizeof(pfq_bpf_prefix), sizeof(pfq_bpf_prefix_entry),
                              entries, &options);
    } else if (entry.kind == lang::TableKind::port) {
        maps = "pfq_ports";
        made = bpf_map_create(BPF_MAP_TYPE_ARRAY, "table", sizeof(pfq_u32), value, PFQ_BPF_PORTS, nullptr);
    } else {
        made = bpf_map_create(BPF_MAP_TYPE_HASH, "table", sizeof(pfq_table_key), value, entries, &options);
    }
    if (made < 0)
        fail("a table cannot be made");
    tables_[{entry.kind, entry.table}] = made;
    update(map(maps), &entry.table, &made);
    return made;
}

void BpfObject::load() {
    const auto start = std::chrono::steady_clock::now();
    if (!object_ || bpf_object__load(object_.get()) != 0)
        throw NotLoaded("not loaded: " + kernel_words);
    cost_.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    // Without type information the functions of a program are not verified one by one.
    if (bpf_object__btf_fd(object_.get()) < 0)
        throw NotLoaded("the kernel refused the type information: " + kernel_words);
    program_ = bpf_program__fd(bpf_object__next_program(object_.get(), nullptr));
    bpf_prog_info info{};
    __u32 size = sizeof info;
    if (bpf_obj_get_info_by_fd(program_, &info, &size) != 0)
        fail("the program has no description");
    // Kernels that may interpret do so silently when their translator gives up.
    if (info.jited_prog_len == 0)
        throw NotLoaded("loaded, but not translated to machine code");
    cost_.verified = info.verified_insns;
    cost_.instructions = info.xlated_prog_len / 8;
}

int BpfObject::map(const char* name) const {
    return bpf_object__find_map_fd_by_name(object_.get(), name);
}

void BpfObject::add(const BpfTableEntry& entry) {
    const pfq_u64 value = PFQ_ENTRY_STAYS;
    switch (entry.kind) {
    case lang::TableKind::address: {
        const pfq_bpf_prefix key = prefix_key(entry);
        const pfq_bpf_prefix_entry prefix{.ends = value, .prefixlen = key.prefixlen, .reserved = 0};
        return update(table(entry), &key, &prefix);
    }
    case lang::TableKind::port: {
        const auto key = static_cast<pfq_u32>(entry.key.low);
        return update(table(entry), &key, &value);
    }
    default:
        const pfq_table_key key = flow_key(entry);
        return update(table(entry), &key, &value);
    }
}

void BpfObject::set_device(std::size_t group, std::size_t number, std::uint32_t index) const {
    if (map("pfq_devices") < 0)
        return; // no group asks where a packet came from
    const auto cell = static_cast<std::uint32_t>(group * PFQ_BPF_DEVICES + number);
    update(map("pfq_devices"), &cell, &index);
}

void BpfObject::set_inputs(const TestPacket& packet) const {
    pfq_bpf_inputs inputs{};
    inputs.given = 1;
    inputs.time = packet.time;
    inputs.sequence = packet.sequence;
    inputs.ipv4 = packet.device_address;
    inputs.ipv6_high = packet.device_address6_high;
    inputs.ipv6_low = packet.device_address6_low;
    inputs.device = packet.device;
    inputs.mark = packet.mark;
    inputs.queue = packet.queue;
    const std::uint32_t cell = 0;
    update(map("pfq_inputs"), &cell, &inputs);
}

std::optional<std::vector<BpfOutcome>> BpfObject::run(const TestPacket& packet) {
    set_inputs(packet);
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = packet.bytes.data();
    options.data_size_in = static_cast<__u32>(packet.bytes.size());
    options.repeat = 1;
    if (bpf_prog_test_run_opts(program_, &options) != 0) {
        if (errno == EINVAL && may_be_refused(hook_, packet))
            return std::nullopt;
        fail("the kernel does not run the packet " + describe(packet));
    }
    result_ = static_cast<int>(options.retval);
    return outcomes();
}

std::vector<BpfOutcome> BpfObject::outcomes() {
    if (ring_ && ring_buffer__consume(ring_.get()) < 0)
        fail("events cannot be read");
    const auto verdicts = read_array<pfq_verdict>(map("pfq_verdicts"), groups_);
    read_counters();
    std::vector<BpfOutcome> said(groups_);
    for (std::size_t group = 0; group < groups_; ++group) {
        said[group].verdict = from_abi(verdicts[group]);
        said[group].events = std::exchange(events_[group], {});
        for (std::size_t i = 0; i < lang::max_counters && !counters_.empty(); ++i) {
            const std::size_t cell = group * lang::max_counters + i;
            said[group].counters[i] = counters_[cell] - before_[cell];
        }
    }
    before_ = counters_;
    return said;
}

void BpfObject::read_counters() {
    if (!counters_.empty())
        counters_ = read_array<std::uint64_t>(map("pfq_group_counters"), counters_.size());
}

BpfCounts BpfObject::counts(std::size_t group) const {
#ifdef PFQ_BPF_TARGETS
    const auto own = read_array<pfq_group_state>(map("pfq_group_state"), groups_)[group];
    return {.received = own.received, .accepted = own.accepted, .dropped = own.computation};
#else
    const auto cells = read_array<std::uint64_t>(map("pfq_counters"), groups_ * PFQ_OUTCOMES);
    const std::uint64_t* own = &cells[group * PFQ_OUTCOMES];
    return {.received = own[PFQ_RECEIVED], .accepted = own[PFQ_ACCEPTED], .dropped = own[PFQ_DROPPED]};
#endif
}

int BpfObject::take_event(void* object, void* data, std::size_t) {
    const auto& event = *static_cast<const pfq_bpf_event*>(data);
    static_cast<BpfObject*>(object)
        ->events_.at(event.group)
        .push_back({.kind = event.kind,
                    .message = event.message,
                    .mark = event.verdict.mark,
                    .state = event.verdict.state,
                    .fanout = event.verdict.fanout,
                    .class_mask = event.verdict.class_mask});
    return 0;
}

bool runnable(const TestPacket& packet) {
    constexpr std::size_t page_with_room = 3000;
    return packet.ethernet && packet.bytes.size() >= 14 && packet.bytes.size() < page_with_room &&
           packet.length == packet.bytes.size();
}

OnCpu::OnCpu(unsigned cpu) : before_(sizeof(cpu_set_t)) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (sched_getaffinity(0, before_.size(), reinterpret_cast<cpu_set_t*>(before_.data())) != 0 ||
        sched_setaffinity(0, sizeof one, &one) != 0)
        fail("this thread cannot keep to one processor");
}

OnCpu::~OnCpu() {
    sched_setaffinity(0, before_.size(), reinterpret_cast<const cpu_set_t*>(before_.data()));
}

} // namespace pfq::test
