// Several capture files as one stream in the order of time.
#pragma once
#include "engine/capture/reader.hpp"
#include <cstdint>
#include <memory>
#include <vector>

namespace pfq::capture {

/// Merges by time; packets of the same time come in the order of the inputs, and packets of one input always in the
/// order of its file, even where its times go backwards. Packet::device is the number of the input. One input
/// is handed through as it is, at no cost. An input that ends badly ends alone: look at input(n).end() afterwards.
class MergedReader {
public:
    /// At least one input; more than 65,535 do not fit in Packet::device.
    explicit MergedReader(std::vector<std::unique_ptr<CaptureReader>> inputs);

    /// As CaptureReader::read. 0: every input has ended, or a signal interrupted the wait (ended() tells).
    std::size_t read(Batch& batch) { return single_ ? inputs_.front().reader->read(batch) : merge(batch); }

    [[nodiscard]] bool ended() const;
    [[nodiscard]] std::size_t inputs() const { return inputs_.size(); }
    [[nodiscard]] const CaptureReader& input(std::size_t number) const { return *inputs_[number].reader; }
    [[nodiscard]] std::uint64_t packets() const;

private:
    struct Source {
        std::unique_ptr<CaptureReader> reader;
        Batch batch;
        std::size_t next = 0;      ///< the packet of `batch` that is its turn
        std::uint64_t kept_in = 0; ///< number of the merged batch that already holds the memory of `batch`
    };
    /// The turn of an input: its next packet's time.
    struct Turn {
        std::uint64_t time_ns;
        std::uint32_t input;
        // std::*_heap keep the largest in front; the earliest has to be there.
        bool operator<(const Turn& other) const {
            return time_ns != other.time_ns ? time_ns > other.time_ns : input > other.input;
        }
    };

    std::size_t merge(Batch& batch);
    [[nodiscard]] bool may_block() const;
    bool refill_waiting();
    bool refill(std::uint32_t input);
    void copy_run(Turn turn, Batch& batch, std::size_t& filled);

    std::vector<Source> inputs_;
    std::vector<Turn> turns_;            ///< a heap of the inputs that have a packet
    std::vector<std::uint32_t> waiting_; ///< inputs whose batch is used up
    std::uint64_t merged_batches_ = 0;
    bool single_;
};

} // namespace pfq::capture
