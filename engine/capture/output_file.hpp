// A file of whole records, written in large pieces: what is in it stays readable whatever happens to the disk.
#pragma once
#include "engine/capture/error.hpp"
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <sys/types.h>
#include <sys/uio.h>
#include <vector>

namespace pfq::capture {

/// Records are copied to a buffer, or referred to where they are; both reach the file in order, by flush(). After a
/// failure (error() is set then) nothing more is written; a regular file is cut back to its last whole record.
class OutputFile {
public:
    using Result = std::expected<std::unique_ptr<OutputFile>, CaptureError>;

    /// Creates or overwrites `path`; "-" is standard output. Refuses a file that is one of `inputs` (paths): it would
    /// be emptied before it is read.
    static Result create(const std::string& path, std::span<const std::string> inputs);
    /// Writes to a descriptor that stays the caller's; `name` is for messages.
    static Result adopt(int fd, std::string name);

    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();

    /// Room for `bytes` in the buffer (at most buffer_size / 2), which may write what is in it; null after a failure.
    std::uint8_t* room(std::size_t bytes) {
        if (static_cast<std::size_t>(limit_ - cursor_) < bytes && !flush())
            return nullptr;
        return cursor_;
    }
    /// What was put at room() ends at `end`.
    void advance(std::uint8_t* end) { cursor_ = end; }
    /// Writes `bytes` from where they are; they must stay there until the next flush().
    void refer(const std::uint8_t* data, std::size_t bytes);
    /// Everything so far is whole, `bytes` more than at the last call; `packets` of them in it.
    void end_record(std::size_t bytes, std::uint64_t packets) {
        end_.bytes += bytes;
        end_.packets += packets;
        ends_.push_back(end_);
    }
    [[nodiscard]] bool has_references() const { return !pieces_.empty(); }

    /// Writes everything; false after a failure.
    bool flush();
    /// Flushes, and closes what create() opened.
    bool close();

    [[nodiscard]] const std::optional<CaptureError>& error() const { return error_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    /// Whole packets in the file, and bytes: of what was written, not of what is buffered.
    [[nodiscard]] std::uint64_t packets() const { return flushed_.packets; }
    [[nodiscard]] std::uint64_t bytes() const { return written_; }
    /// Bytes of everything that is whole, buffered or not.
    [[nodiscard]] std::uint64_t position() const { return end_.bytes; }

    static constexpr std::size_t buffer_size = 1U << 20;

private:
    OutputFile(int fd, bool owned, std::string name);

    void end_piece();
    bool write_pieces();
    int write_once(std::span<iovec> pieces, std::size_t& count);
    void fail(int code);

    std::string name_;
    int fd_;
    bool owned_;
    bool regular_ = false;
    off_t base_ = 0; ///< position in the file at which we started

    std::unique_ptr<std::uint8_t[]> buffer_;
    std::uint8_t* piece_; ///< start of the buffered bytes that no piece covers yet
    std::uint8_t* cursor_;
    std::uint8_t* limit_;
    std::vector<iovec> pieces_;

    struct End {
        std::uint64_t bytes = 0;
        std::uint64_t packets = 0;
    };
    End end_;               ///< of the last whole record put here
    End flushed_;           ///< of the last whole record in the file
    std::vector<End> ends_; ///< of the records between the two
    std::uint64_t written_ = 0;
    std::optional<CaptureError> error_;
};

} // namespace pfq::capture
