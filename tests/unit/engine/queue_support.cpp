#include "tests/unit/engine/queue_support.hpp"
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/mman.h>

namespace pfq::queue::test {
namespace {

constexpr std::size_t page = 4096;
constexpr std::uint8_t canary = 0xa5;

std::size_t whole_pages(std::size_t bytes) {
    return (bytes + page - 1) / page * page;
}

/// The byte of a packet at a place.
std::uint8_t pattern(std::uint32_t number, std::size_t at) {
    return static_cast<std::uint8_t>(std::size_t{number} * 31 + at * 7 + (at >> 8));
}

pfq_record header_of(std::uint32_t number, std::size_t bytes, std::uint64_t time) {
    pfq_record header{};
    header.time = time;
    header.length = static_cast<pfq_u32>(bytes);
    header.ifindex = number ^ 0x5555;
    header.mark = number;
    header.tci = static_cast<pfq_u16>(number);
    header.hash = static_cast<pfq_u16>(~number);
    return header;
}

} // namespace

GuardedRing::GuardedRing(std::uint64_t size) {
    const std::size_t bytes = PFQ_RING_DATA + size + PFQ_RING_SLACK;
    mapped_ = page + whole_pages(bytes) + page;
    void* mapping = ::mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED)
        throw std::runtime_error("no memory for a ring");
    mapping_ = static_cast<std::uint8_t*>(mapping);
    ::mprotect(mapping_ + page, whole_pages(bytes), PROT_READ | PROT_WRITE);
    memory_ = {mapping_ + mapped_ - page - bytes, bytes};
    std::memset(memory_.data(), canary, bytes);
    control() = {};
    std::memset(control().pad1_, canary, sizeof control().pad1_);
    std::memset(control().pad2_, canary, sizeof control().pad2_);
    std::memset(control().pad3_, canary, sizeof control().pad3_);
}

GuardedRing::~GuardedRing() {
    ::munmap(mapping_, mapped_);
}

std::span<std::uint8_t> GuardedRing::beyond_records() const {
    return memory_.last(PFQ_RING_SLACK + PFQ_RING_ALIGN - pfq_record_space(PFQ_RECORD_LIMIT));
}

bool GuardedRing::unharmed() const {
    const auto is_canary = [](std::uint8_t byte) { return byte == canary; };
    return std::ranges::all_of(control().pad1_, is_canary) && std::ranges::all_of(control().pad2_, is_canary) &&
           std::ranges::all_of(control().pad3_, is_canary) &&
           std::ranges::all_of(memory_.subspan(sizeof(pfq_ring_control), PFQ_RING_DATA - sizeof(pfq_ring_control)),
                               is_canary) &&
           std::ranges::all_of(beyond_records(), is_canary);
}

bool Queue::offer(std::uint64_t number, std::size_t bytes, std::uint64_t time) {
    thread_local std::vector<std::uint8_t> packet;
    packet.resize(bytes);
    const auto number32 = static_cast<std::uint32_t>(number);
    for (std::size_t i = 0; i < bytes; ++i)
        packet[i] = pattern(number32, i);
    return producer.offer(header_of(number32, bytes, time), packet);
}

bool is_packet(const pfq_record& record) {
    pfq_record wanted = header_of(record.mark, record.length, record.time);
    wanted.captured = static_cast<pfq_u16>(std::min<std::uint32_t>(record.length, PFQ_RECORD_LIMIT));
    wanted.flags = record.length > PFQ_RECORD_LIMIT ? PFQ_RECORD_TRUNCATED : 0;
    if (std::memcmp(&wanted, &record, sizeof record) != 0)
        return false;
    std::size_t at = 0;
    return std::ranges::all_of(bytes_of(record), [&](std::uint8_t byte) { return byte == pattern(record.mark, at++); });
}

std::vector<std::uint32_t> numbers_of(Batch batch) {
    std::vector<std::uint32_t> numbers;
    for (const pfq_record* record : batch)
        numbers.push_back(number_of(*record));
    return numbers;
}

bool lawful(const pfq_ring_state& state) {
    return state.offered == state.queued + state.queue_full + state.no_ring + state.bad_claim;
}

bool readable(int fd, int milliseconds) {
    pollfd wanted{fd, POLLIN, 0};
    return ::poll(&wanted, 1, milliseconds) == 1;
}

ManualTimer::ManualTimer() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void ManualTimer::wake_at(std::uint64_t time) {
    const std::scoped_lock lock(mutex_);
    eventfd_t count = 0;
    (void)::eventfd_read(event_.get(), &count);
    due_ = time;
    signal();
}

void ManualTimer::set(std::uint64_t time) {
    const std::scoped_lock lock(mutex_);
    now_ = time;
    signal();
}

void ManualTimer::signal() {
    if (due_ != never && due_ <= now_)
        (void)::eventfd_write(event_.get(), 1);
}

Bench::Bench(ReaderOptions options) {
    auto own_bell = EventBell::create();
    if (!own_bell)
        throw std::runtime_error("no eventfd");
    bell = own_bell->get();
    auto own_clock = std::make_unique<ManualTimer>();
    clock = own_clock.get();
    auto created = QueueReader::create(std::move(*own_bell), options, std::move(own_clock));
    if (!created)
        throw std::runtime_error("no reader");
    reader = std::move(*created);
}

Queue& Bench::add(std::uint64_t size) {
    queues.push_back(std::make_unique<Queue>(size, *bell));
    reader->add_ring(queues.back()->memory.ring());
    return *queues.back();
}

} // namespace pfq::queue::test
