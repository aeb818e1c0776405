// Where the bytes of a capture file come from: a mapping of a regular file, or a stream.
#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <sys/types.h>

namespace pfq::capture {

enum class FillResult {
    grown,       ///< the window has more bytes
    end,         ///< there are no more
    interrupted, ///< a signal came first
    failed,      ///< see Input::error_code
};

/// A cursor over bytes. What lies before the window is done, but stays readable while somebody holds its storage.
class Input {
public:
    Input() = default;
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    virtual ~Input() = default;

    /// The bytes at hand that are not done yet.
    [[nodiscard]] virtual std::span<const std::uint8_t> window() const = 0;
    virtual void consume(std::size_t bytes) = 0;
    /// Gets bytes until the window has one more at least; `need` is the size of the window that the caller waits for.
    virtual FillResult fill(std::size_t need) = 0;
    /// What keeps the bytes of the present window valid.
    [[nodiscard]] virtual std::shared_ptr<const void> storage() const = 0;
    /// Bytes of the whole input, when they are known.
    [[nodiscard]] virtual std::optional<std::uint64_t> size() const = 0;
    [[nodiscard]] virtual int error_code() const { return 0; }
    /// Offset of the window in the file.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }

protected:
    std::uint64_t offset_ = 0;
};

/// A source of a stream: as read(2), it fills up to `size` bytes and returns how many, 0 at the end, or -1 and errno.
using StreamSource = std::function<ssize_t(std::uint8_t* to, std::size_t size)>;

/// A regular file, `size` bytes, wholly mapped; the descriptor may be closed afterwards. errno on failure.
std::expected<std::unique_ptr<Input>, int> make_mapped_input(int fd, std::uint64_t size);
/// Bytes that the caller keeps until the last batch is gone.
std::unique_ptr<Input> make_memory_input(std::span<const std::uint8_t> bytes);
/// Anything else, read in chunks of 1 MiB (more when a record needs it); chunks no batch holds are used again.
std::unique_ptr<Input> make_stream_input(StreamSource source);

/// A path or "-" (standard input), opened the best way: mapped when it is a regular file and `allow_mapping`.
/// The error is a system error number.
std::expected<std::unique_ptr<Input>, int> open_input(const std::string& path, bool allow_mapping);

} // namespace pfq::capture
