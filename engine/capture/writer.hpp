// Writes capture files: pcap and pcapng, to regular files, pipes and descriptors.
#pragma once
#include "engine/capture/error.hpp"
#include "engine/capture/interface.hpp"
#include "engine/capture/output_file.hpp"
#include "engine/capture/packet.hpp"
#include "engine/capture/packet_output.hpp"
#include "engine/capture/record_encoder.hpp"
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace pfq::capture {

enum class FileFormat : std::uint8_t { pcap, pcapng };

struct WriterOptions {
    FileFormat format = FileFormat::pcap;
    bool nanoseconds = false;          ///< pcap: write the nanosecond variant; pcapng always has nanoseconds
    std::uint32_t snaplen = 0;         ///< captured bytes of a record at most; 0: as many as libpcap reads, 262144
    std::string application{"pfq"};    ///< pcapng: the program that writes
    std::vector<std::string> inputs{}; ///< paths being read ("-" too): refused as the file to write
};

/// Used by one thread. The caller ignores SIGPIPE (and SIGXFSZ), else the signal ends the process before the error can
/// be told. A failure is sticky: the write that met it and every later one return it, close() does not repeat it.
class CaptureWriter final : public PacketOutput {
public:
    using Result = std::expected<std::unique_ptr<CaptureWriter>, CaptureError>;

    /// Creates `path` ("-": standard output) and writes its header. A pcap file has one link type: several interfaces
    /// of different types are refused, and so is none.
    static Result create(const std::string& path, std::span<const WriterInterface> interfaces, WriterOptions options);
    /// The same on a descriptor that stays the caller's; `name` is for messages.
    static Result create(int fd, std::string name, std::span<const WriterInterface> interfaces, WriterOptions options);

    /// Adds an interface to a pcapng file and returns its number (pcap: only one of the same link type).
    std::expected<std::uint16_t, CaptureError> add_interface(const WriterInterface& interface);

    /// Appends packets; Packet::interface is the number of an interface of this file, in the order they were given.
    /// What packets point to is not needed after the call.
    Status write(std::span<const Packet> packets) override;
    /// Hands everything to the system.
    Status flush() override;
    /// Writes statistics (pcapng; one for each interface, or none), flushes and closes.
    Status close(std::span<const InterfaceStatistics> statistics) override;
    Status close() { return close({}); }

    /// Whole records in the file, and its bytes; what is still buffered is not among them until flush() or close().
    [[nodiscard]] std::uint64_t records() const override { return file_->packets(); }
    [[nodiscard]] std::uint64_t bytes() const { return file_->bytes(); }
    /// Bytes of the file with those that are still buffered, and those that a packet adds.
    [[nodiscard]] std::uint64_t position() const { return file_->position(); }
    [[nodiscard]] std::uint64_t size_of(const Packet& packet) const;

private:
    CaptureWriter(std::unique_ptr<OutputFile> file, WriterOptions options)
        : file_(std::move(file)), options_(std::move(options)) {}

    static Result start(std::unique_ptr<OutputFile> file, std::span<const WriterInterface> interfaces,
                        WriterOptions options);
    template <typename Record> void put_all(std::span<const Packet> packets, const Record& record);
    template <typename Record> bool put(const Packet& packet, const Record& record, bool may_refer);
    bool put_header(const Bytes& bytes);
    Status status();

    std::unique_ptr<OutputFile> file_;
    WriterOptions options_;
    std::vector<std::uint16_t> link_types_;
    std::uint64_t last_time_ns_ = 0;
    bool reported_ = false;
};

} // namespace pfq::capture
