// A packet of a capture file, and a batch of them: what readers hand out and writers take.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace pfq::capture {

enum class Direction : std::uint8_t { unknown = 0, inbound = 1, outbound = 2 };

/// One record, by reference. 32 bytes, so that two share a cache line.
struct Packet {
    static constexpr std::uint16_t direction_mask = 3; ///< a Direction
    static constexpr std::uint16_t no_time = 4;        ///< the record has no time (simple packet block); time_ns is 0
    static constexpr std::uint16_t time_clamped = 8;   ///< the time is outside of what time_ns can say
    static constexpr std::uint16_t over_captured = 16; ///< captured > length in the file; both kept as they are

    const std::uint8_t* data = nullptr; ///< borrowed: valid as long as the storage of the batch it came in
    std::uint64_t time_ns = 0;          ///< since 1970 UTC; clamped to 0 before, to the maximum (July 2554) after
    std::uint32_t captured = 0;         ///< bytes at data
    std::uint32_t length = 0;           ///< bytes on the wire
    std::uint16_t interface = 0;        ///< index in interfaces() of its reader, or of the writer it goes to
    std::uint16_t link_type = 0;        ///< LINKTYPE number of that interface
    std::uint16_t device = 0;           ///< number of the input it came from (MergedReader), else 0
    std::uint16_t flags = 0;

    [[nodiscard]] Direction direction() const { return static_cast<Direction>(flags & direction_mask); }
};
static_assert(sizeof(Packet) == 32);

/// A reusable array of packets with the memory that they point into. Batches are independent of each other and of
/// later reads: several may be in flight on other threads, each keeps its own memory alive until it is refilled,
/// released or destroyed (and may outlive the reader).
class Batch {
public:
    explicit Batch(std::size_t capacity = 1024) : slots_(capacity) {}

    [[nodiscard]] std::span<const Packet> packets() const { return {slots_.data(), count_}; }
    [[nodiscard]] std::span<Packet> packets() { return {slots_.data(), count_}; }
    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::size_t capacity() const { return slots_.size(); }

    /// Drops the packets and gives their memory back.
    void release() {
        count_ = 0;
        storage_.clear();
    }

    // For those who fill batches: all slots, then how many are packets, and the memory that holds them.
    [[nodiscard]] std::span<Packet> slots() { return slots_; }
    void set_size(std::size_t count) { count_ = count; }
    void keep(std::shared_ptr<const void> storage) { storage_.push_back(std::move(storage)); }
    void keep_all_of(const Batch& other) {
        storage_.insert(storage_.end(), other.storage_.begin(), other.storage_.end());
    }

private:
    std::vector<Packet> slots_;
    std::size_t count_ = 0;
    std::vector<std::shared_ptr<const void>> storage_;
};

} // namespace pfq::capture
