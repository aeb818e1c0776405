// Capture files for tests: built byte by byte in either byte order, read in every way, and found on disk.
#pragma once
#include "engine/capture/reader.hpp"
#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

namespace pfq::test {

using Bytes = std::vector<std::uint8_t>;

/// Appends words in a byte order that the test chooses.
class FileBuilder {
public:
    explicit FileBuilder(bool big_endian = false) : big_endian_(big_endian) {}

    FileBuilder& word16(std::uint16_t value) { return word(value, 2); }
    FileBuilder& word32(std::uint32_t value) { return word(value, 4); }
    FileBuilder& word64(std::uint64_t value) { return word(value, 8); }
    FileBuilder& raw(const Bytes& bytes);

    FileBuilder& pcap_header(std::uint32_t magic, std::uint32_t link_type = 1, std::uint16_t minor = 4);
    FileBuilder& pcap_record(std::uint32_t seconds, std::uint32_t fraction, const Bytes& data,
                             std::uint32_t length = 0);

    /// A block of `type` around `body`, padded.
    FileBuilder& block(std::uint32_t type, const FileBuilder& body);
    FileBuilder& section();
    FileBuilder& interface(std::uint16_t link_type, std::uint32_t snaplen = 0, const Bytes& options = {});
    FileBuilder& packet(std::uint32_t interface, std::uint64_t ticks, const Bytes& data, const Bytes& options = {});

    [[nodiscard]] Bytes option(std::uint16_t code, const Bytes& value) const;
    /// An empty builder of the same byte order.
    [[nodiscard]] FileBuilder same() const { return FileBuilder(big_endian_); }
    [[nodiscard]] const Bytes& bytes() const { return bytes_; }

private:
    FileBuilder& word(std::uint64_t value, unsigned width);

    bool big_endian_;
    Bytes bytes_;
};

/// A packet with its bytes copied, and all that a reader says about it.
struct ReadPacket {
    Bytes data;
    std::uint64_t time_ns;
    std::uint32_t length;
    std::uint16_t interface;
    std::uint16_t link_type;
    std::uint16_t flags;
    bool operator==(const ReadPacket&) const = default;
};

struct ReadFile {
    std::string open_error; ///< empty when it was opened
    std::vector<ReadPacket> packets;
    capture::CaptureEnd end;
    capture::CaptureNotes notes;
    std::vector<capture::CaptureInterface> interfaces;
};

/// Reads to the end, `batch` packets at a time.
ReadFile drain(capture::CaptureReader::Result reader, std::size_t batch = 3);
ReadFile read_memory(const Bytes& bytes, capture::OpenOptions options = {.any_link = true});
/// As a stream that delivers `piece` bytes at a time.
ReadFile read_stream(const Bytes& bytes, std::size_t piece, capture::OpenOptions options = {.any_link = true});

Bytes load_file(const std::filesystem::path& path);
void save_file(const std::filesystem::path& path, const Bytes& bytes);

/// A directory of its own for one test, removed with it.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// Every file of the test traffic, sorted: the collection (PFQ_CAPTURES, or ../shared/captures beside the checkout) as
/// far as it is there, and the small one of the repository.
std::vector<std::filesystem::path> captures();
inline constexpr const char* captures_missing =
    "the test captures are missing: set PFQ_CAPTURES to the directory with real/ and hostile/";

} // namespace pfq::test
