#include "engine/capture/input.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <vector>

namespace pfq::capture {
namespace {

constexpr std::size_t chunk_size = 1U << 20;
/// Reads of this size are decoded while they are in the cache.
constexpr std::size_t read_size = 64U << 10;

struct Chunk {
    explicit Chunk(std::size_t size) : bytes(std::make_unique_for_overwrite<std::uint8_t[]>(size)), capacity(size) {}
    std::unique_ptr<std::uint8_t[]> bytes;
    std::size_t capacity;
};

/// Keeps chunks of the usual size that no batch holds any more, from whichever thread they come back.
class ChunkPool : public std::enable_shared_from_this<ChunkPool> {
public:
    std::shared_ptr<Chunk> take(std::size_t size) {
        if (size > chunk_size)
            return std::make_shared<Chunk>(size);
        std::unique_ptr<Chunk> chunk;
        {
            const std::lock_guard lock(mutex_);
            if (!free_.empty()) {
                chunk = std::move(free_.back());
                free_.pop_back();
            }
        }
        if (!chunk)
            chunk = std::make_unique<Chunk>(chunk_size);
        return {chunk.release(), [pool = shared_from_this()](Chunk* used) { pool->give_back(used); }};
    }

private:
    void give_back(Chunk* used) {
        std::unique_ptr<Chunk> chunk(used);
        const std::lock_guard lock(mutex_);
        if (free_.size() < max_free)
            free_.push_back(std::move(chunk));
    }

    static constexpr std::size_t max_free = 8;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Chunk>> free_;
};

/// Appends to the present chunk as long as it has room; then moves the bytes not done yet to the next one.
class StreamInput final : public Input {
public:
    explicit StreamInput(StreamSource source) : source_(std::move(source)) {}

    [[nodiscard]] std::span<const std::uint8_t> window() const override {
        return chunk_ ? std::span<const std::uint8_t>{chunk_->bytes.get() + begin_, end_ - begin_}
                      : std::span<const std::uint8_t>{};
    }
    void consume(std::size_t bytes) override {
        begin_ += bytes;
        offset_ += bytes;
    }
    FillResult fill(std::size_t need) override;
    [[nodiscard]] std::shared_ptr<const void> storage() const override { return chunk_; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] int error_code() const override { return error_; }

private:
    void make_room(std::size_t need);

    StreamSource source_;
    std::shared_ptr<ChunkPool> pool_ = std::make_shared<ChunkPool>();
    std::shared_ptr<Chunk> chunk_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    int error_ = 0;
};

// A chunk that is nearly used up would be filled by small reads; below this room a new one is better.
constexpr std::size_t least_room = 64U << 10;

void StreamInput::make_room(std::size_t need) {
    const std::size_t left = end_ - begin_;
    if (chunk_ && chunk_->capacity - begin_ >= need && chunk_->capacity - end_ >= least_room)
        return;
    auto next = pool_->take(std::max(need, left) + least_room);
    if (left != 0)
        std::memcpy(next->bytes.get(), chunk_->bytes.get() + begin_, left);
    chunk_ = std::move(next);
    begin_ = 0;
    end_ = left;
}

FillResult StreamInput::fill(std::size_t need) {
    make_room(need);
    const auto got = source_(chunk_->bytes.get() + end_, std::min(chunk_->capacity - end_, read_size));
    if (got > 0) {
        end_ += static_cast<std::size_t>(got);
        return FillResult::grown;
    }
    if (got == 0)
        return FillResult::end;
    if (errno == EINTR)
        return FillResult::interrupted;
    error_ = errno;
    return FillResult::failed;
}

} // namespace

std::unique_ptr<Input> make_stream_input(StreamSource source) {
    return std::make_unique<StreamInput>(std::move(source));
}

} // namespace pfq::capture
