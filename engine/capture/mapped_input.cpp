#include "engine/capture/input.hpp"
#include <algorithm>
#include <cerrno>
#include <sys/mman.h>

namespace pfq::capture {
namespace {

/// Pages are asked for in pieces of this size, one piece ahead of the reader: asking for all of a large file at once
/// would block until its read requests are queued and push other files out of the page cache.
constexpr std::size_t ahead = 8U << 20;

class Mapping {
public:
    Mapping(void* start, std::size_t size) : start_(start), size_(size) {}
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() { ::munmap(start_, size_); }

    [[nodiscard]] std::span<const std::uint8_t> bytes() const {
        return {static_cast<const std::uint8_t*>(start_), size_};
    }
    // Advice may be refused without harm.
    void will_need(std::size_t from) const {
        if (from < size_)
            ::madvise(static_cast<std::uint8_t*>(start_) + from, std::min(ahead, size_ - from), MADV_WILLNEED);
    }

private:
    void* start_;
    std::size_t size_;
};

/// Bytes in memory; with a mapping, asks for its pages ahead of use.
class MemoryInput final : public Input {
public:
    MemoryInput(std::span<const std::uint8_t> bytes, std::shared_ptr<const Mapping> mapping)
        : bytes_(bytes), mapping_(std::move(mapping)) {
        advise();
    }

    [[nodiscard]] std::span<const std::uint8_t> window() const override { return bytes_.subspan(offset_); }
    void consume(std::size_t count) override {
        offset_ += count;
        advise();
    }
    FillResult fill(std::size_t) override { return FillResult::end; }
    [[nodiscard]] std::shared_ptr<const void> storage() const override { return mapping_; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return bytes_.size(); }

private:
    void advise() {
        while (mapping_ && advised_ < offset_ + ahead) {
            mapping_->will_need(advised_);
            advised_ += ahead;
        }
    }

    std::span<const std::uint8_t> bytes_;
    std::shared_ptr<const Mapping> mapping_;
    std::size_t advised_ = 0;
};

} // namespace

std::expected<std::unique_ptr<Input>, int> make_mapped_input(int fd, std::uint64_t size) {
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (start == MAP_FAILED)
        return std::unexpected(errno);
    ::madvise(start, size, MADV_SEQUENTIAL);
    auto mapping = std::make_shared<const Mapping>(start, size);
    const auto bytes = mapping->bytes();
    return std::make_unique<MemoryInput>(bytes, std::move(mapping));
}

std::unique_ptr<Input> make_memory_input(std::span<const std::uint8_t> bytes) {
    return std::make_unique<MemoryInput>(bytes, nullptr);
}

} // namespace pfq::capture
