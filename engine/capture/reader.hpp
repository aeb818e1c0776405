// Reads capture files: pcap and pcapng, from regular files, pipes and memory.
//
// Why not libpcap: a whole run over a file shall take at most a third of `tcpdump -r FILE -w /dev/null FILTER`. libpcap
// copies every record through stdio into one buffer that the next record overwrites, which forbids batches and other
// threads, and it refuses pcapng files whose interfaces have different link types. Here a record of a regular file
// is never copied: packets point into the mapping.
#pragma once
#include "engine/capture/decoder.hpp"
#include "engine/capture/error.hpp"
#include "engine/capture/input.hpp"
#include "engine/capture/interface.hpp"
#include "engine/capture/packet.hpp"
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace pfq::capture {

/// How reading ended. Whatever the kind, everything before `offset` was delivered.
struct CaptureEnd {
    enum class Kind {
        reading,     ///< it did not end yet
        clean,       ///< at the end of the last record
        truncated,   ///< within a record, which begins at `offset`
        damaged,     ///< the record or block at `offset` cannot be right
        failed,      ///< the system could not read on (errno in `code`)
        unsupported, ///< packets, but no interface described so far has a supported link type (OpenOptions::any_link)
    };
    Kind kind = Kind::reading;
    std::uint64_t offset = 0;            ///< end of what was delivered, in bytes from the start of the file
    std::optional<std::uint64_t> unread; ///< bytes after `offset`; unknown after damage in a stream
    std::string message;                 ///< complete, with file and offset; empty when reading or clean
    int code = 0;

    [[nodiscard]] bool good() const { return kind == Kind::reading || kind == Kind::clean; }
};

struct OpenOptions {
    /// Also accept files none of whose interfaces parse_link knows (for copying and merging).
    bool any_link = false;
    /// Map regular files. Without, they are read as streams: slower, but safe from SIGBUS when another process may
    /// shorten the file meanwhile.
    bool map = true;
};

/// One reader is used by one thread; the batches it fills may go to others.
class CaptureReader {
public:
    using Result = std::expected<std::unique_ptr<CaptureReader>, CaptureError>;

    /// Opens a path, or standard input for "-". For pcapng it reads up to the first packet (from a stream: up to the
    /// first interface), so that interfaces() is filled. May wait for the writer of a pipe.
    static Result open(const std::string& path, OpenOptions options = {});
    /// Reads from memory that the caller keeps until the last batch is gone; `name` is for messages.
    static Result open_memory(std::span<const std::uint8_t> bytes, std::string name, OpenOptions options = {});
    /// Reads from a stream of bytes; `name` is for messages.
    static Result open_stream(StreamSource source, std::string name, OpenOptions options = {});

    CaptureReader(const CaptureReader&) = delete;
    CaptureReader& operator=(const CaptureReader&) = delete;

    /// Refills `batch` with up to its capacity of packets and returns how many. From a stream it returns what has
    /// arrived and waits only for the first. 0: see end(); when that is still `reading`, a signal interrupted the
    /// wait, and the next call goes on.
    std::size_t read(Batch& batch);

    [[nodiscard]] const std::string& name() const { return name_; }
    /// Those described so far; pcapng may add some while reading. References stay valid as long as the reader; the
    /// container itself is for the reading thread only.
    [[nodiscard]] const std::deque<CaptureInterface>& interfaces() const { return decoder_->interfaces(); }
    [[nodiscard]] const CaptureNotes& notes() const { return decoder_->notes(); }
    [[nodiscard]] const CaptureEnd& end() const { return end_; }
    /// Packets delivered so far.
    [[nodiscard]] std::uint64_t packets() const { return packets_; }
    /// Bytes of the file read so far, and all of them when that is known.
    [[nodiscard]] std::uint64_t position() const { return input_->offset(); }
    [[nodiscard]] std::optional<std::uint64_t> size() const { return input_->size(); }

private:
    CaptureReader(std::string name, OpenOptions options, std::unique_ptr<Input> input);

    static Result start(std::string name, OpenOptions options, std::unique_ptr<Input> input);
    std::optional<CaptureError> find_decoder();
    std::optional<CaptureError> read_preamble();
    std::optional<CaptureError> fill_to(std::size_t size, std::string_view what);
    CaptureError unknown_format() const;
    CaptureError error(std::string_view what, std::uint64_t offset) const;

    bool any_supported();
    std::string unsupported() const;
    bool fill(std::size_t need);
    void finish(CaptureEnd::Kind kind, std::string_view what, int code = 0);

    std::string name_;
    OpenOptions options_;
    std::unique_ptr<Input> input_;
    std::unique_ptr<Decoder> decoder_;
    CaptureEnd end_;
    std::uint64_t packets_ = 0;
    bool any_supported_ = false;
};

} // namespace pfq::capture
