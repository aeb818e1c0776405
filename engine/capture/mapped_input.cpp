#include "engine/capture/input.hpp"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <sys/mman.h>
#include <system_error>
#include <thread>

namespace pfq::capture {
namespace {

/// Pages are asked for in pieces of this size, one piece ahead of the reader: asking for all of a large file at once
/// would block until its read requests are queued and push other files out of the page cache.
constexpr std::size_t ahead = 8U << 20;
/// How far that thread may get ahead: enough to use the time until the reader begins.
constexpr std::size_t lead = 64U << 20;
/// From this size on a thread of its own maps pages ahead of the reader: page faults would be half of the reader's
/// time.
constexpr std::size_t worth_a_thread = 32U << 20;
constexpr std::size_t fault_around = 64U << 10;

/// A thread that gets no signals: they shall interrupt the thread that reads.
template <class Function> std::jthread start_quiet_thread(Function function) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::jthread thread(std::move(function));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

class Mapping {
public:
    Mapping(void* start, std::size_t size) : start_(start), size_(size) {}
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() {
        if (deserves_a_thread())
            drop_pages();
        ::munmap(start_, size_);
    }

    [[nodiscard]] bool deserves_a_thread() const {
        return size_ >= worth_a_thread && std::thread::hardware_concurrency() > 1;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const {
        return {static_cast<const std::uint8_t*>(start_), size_};
    }
    // Advice may be refused without harm.
    void will_need(std::size_t from) const { advise(from, std::min(size_, from + ahead), MADV_WILLNEED); }
    /// Returns when the pages are there. A look at one byte of 16 pages maps all of them that are in the page cache
    /// (fault_around_bytes is 64 KiB); MADV_POPULATE_READ would do the same and then visit every page once more.
    void populate(std::size_t from, std::size_t to) const {
        for (std::size_t at = from; at < to; at += fault_around)
            static_cast<void>(*(static_cast<const volatile std::uint8_t*>(start_) + at));
    }

private:
    /// Two threads at once: giving back the pages of a large file takes a fifth of the time of a run over it.
    void drop_pages() const {
        const std::size_t half = size_ / 2 / ahead * ahead;
        try {
            const auto other = start_quiet_thread([this, half] { advise(half, size_, MADV_DONTNEED); });
            advise(0, half, MADV_DONTNEED);
        } catch (const std::system_error&) { // no more threads: munmap does it alone
        }
    }
    bool advise(std::size_t from, std::size_t to, int advice) const {
        return from >= to || ::madvise(static_cast<std::uint8_t*>(start_) + from, to - from, advice) == 0;
    }

    void* start_;
    std::size_t size_;
};

/// A thread that maps pages ahead of the reader.
class Populator {
public:
    explicit Populator(const Mapping& mapping) : mapping_(mapping), thread_(start_quiet_thread([this] { run(); })) {}
    Populator(const Populator&) = delete;
    Populator& operator=(const Populator&) = delete;
    ~Populator() { reach(stopped); }

    /// The reader has come so far.
    void reach(std::size_t offset) {
        offset_.store(offset, std::memory_order_release);
        offset_.notify_one();
    }

private:
    static constexpr std::size_t piece = 1U << 20;
    static constexpr std::size_t stopped = ~std::size_t{0};

    void run() {
        for (std::size_t from = 0; from < mapping_.size(); from += piece) {
            std::size_t reader = offset_.load(std::memory_order_acquire);
            while (reader != stopped && reader + lead < from) {
                offset_.wait(reader, std::memory_order_acquire);
                reader = offset_.load(std::memory_order_acquire);
            }
            if (reader == stopped)
                return;
            if (reader < from + piece)
                mapping_.populate(from, std::min(from + piece, mapping_.size()));
        }
    }

    const Mapping& mapping_;
    std::atomic<std::size_t> offset_ = 0;
    std::jthread thread_;
};

/// Bytes that the caller keeps.
class MemoryInput final : public Input {
public:
    explicit MemoryInput(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    [[nodiscard]] std::span<const std::uint8_t> window() const override { return bytes_.subspan(offset_); }
    void consume(std::size_t count) override { offset_ += count; }
    FillResult fill(std::size_t) override { return FillResult::end; }
    [[nodiscard]] std::shared_ptr<const void> storage() const override { return nullptr; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return bytes_.size(); }

private:
    std::span<const std::uint8_t> bytes_;
};

/// A mapped file; its pages are asked for ahead of use.
class MappedInput final : public Input {
public:
    explicit MappedInput(std::shared_ptr<const Mapping> mapping) : mapping_(std::move(mapping)) {
        if (mapping_->deserves_a_thread()) {
            try {
                populator_.emplace(*mapping_);
            } catch (const std::system_error&) { // no more threads: advice will do
            }
        }
        advance();
    }

    [[nodiscard]] std::span<const std::uint8_t> window() const override { return mapping_->bytes().subspan(offset_); }
    void consume(std::size_t count) override {
        offset_ += count;
        advance();
    }
    FillResult fill(std::size_t) override { return FillResult::end; }
    [[nodiscard]] std::shared_ptr<const void> storage() const override { return mapping_; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return mapping_->size(); }

private:
    void advance() {
        if (populator_) {
            populator_->reach(offset_);
            return;
        }
        for (; advised_ < offset_ + ahead; advised_ += ahead)
            mapping_->will_need(advised_);
    }

    std::shared_ptr<const Mapping> mapping_;
    std::size_t advised_ = 0;
    std::optional<Populator> populator_;
};

} // namespace

std::expected<std::unique_ptr<Input>, int> make_mapped_input(int fd, std::uint64_t size) {
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (start == MAP_FAILED)
        return std::unexpected(errno);
    ::madvise(start, size, MADV_SEQUENTIAL);
    return std::make_unique<MappedInput>(std::make_shared<const Mapping>(start, size));
}

std::unique_ptr<Input> make_memory_input(std::span<const std::uint8_t> bytes) {
    return std::make_unique<MemoryInput>(bytes);
}

} // namespace pfq::capture
