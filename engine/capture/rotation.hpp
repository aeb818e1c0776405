// A series of capture files, each begun when the one before is large or old enough; names and rules are tcpdump's.
#pragma once
#include "engine/capture/writer.hpp"
#include <functional>

namespace pfq::capture {

struct RotationOptions {
    std::uint64_t bytes = 0;   ///< a file that has more is followed by the next one; 0: no limit
    std::uint64_t seconds = 0; ///< by the time of the packets; the path is then a format of strftime(3); 0: no limit
    std::uint64_t files = 0;   ///< bytes: the first is overwritten after so many; seconds alone: it ends; 0: no limit
};

/// "trace.pcap", "trace.pcap1", ...; with a number of files "trace.pcap00", "trace.pcap01", ...; after strftime(3),
/// with `start`, if there is a limit of seconds.
[[nodiscard]] std::string rotated_name(const std::string& path, const RotationOptions& options, std::uint64_t number,
                                       std::uint64_t start);

class RotatingOutput final : public PacketOutput {
public:
    /// Opens a file of the series.
    using Open = std::function<CaptureWriter::Result(const std::string& path)>;

    /// Opens the first file; `now` is in seconds since 1970.
    static std::expected<std::unique_ptr<RotatingOutput>, CaptureError>
    create(std::string path, RotationOptions options, Open open, std::uint64_t now);

    Status write(std::span<const Packet> packets) override;
    Status flush() override { return writer_->flush(); }
    Status close(std::span<const InterfaceStatistics> statistics) override { return writer_->close(statistics); }
    [[nodiscard]] std::uint64_t records() const override { return closed_ + writer_->records(); }
    [[nodiscard]] bool finished() const override { return finished_; }

private:
    RotatingOutput(std::string path, RotationOptions options, Open open)
        : path_(std::move(path)), options_(options), open_(std::move(open)) {}

    Status rotate();
    Status begin_file_for(const Packet& packet);

    std::string path_;
    RotationOptions options_;
    Open open_;
    std::unique_ptr<CaptureWriter> writer_;
    std::uint64_t start_ = 0;   ///< of the time that the file is for
    std::uint64_t number_ = 0;  ///< of the file, by size
    std::uint64_t periods_ = 0; ///< that are over
    std::uint64_t closed_ = 0;  ///< records of earlier files
    bool finished_ = false;
};

} // namespace pfq::capture
