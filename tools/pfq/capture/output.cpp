#include "tools/pfq/capture/output.hpp"

#include <algorithm>
#include <ctime>

namespace pfq::tools {
namespace {

using capture::CaptureWriter;
using capture::InterfaceStatistics;
using capture::Packet;
using capture::PacketOutput;

class LiveOutput final : public PacketOutput {
public:
    LiveOutput(std::unique_ptr<PacketOutput> file, bool at_once, std::unique_ptr<CaptureWriter> printed)
        : file_(std::move(file)), at_once_(at_once), printed_(std::move(printed)) {}

    Status write(std::span<const Packet> packets) override {
        if (file_) {
            if (auto written = file_->write(packets); !written)
                return written;
            if (auto flushed = at_once_ ? file_->flush() : Status{}; !flushed)
                return flushed;
        }
        if (!printed_)
            return {};
        one_interface_.assign(packets.begin(), packets.end());
        for (Packet& packet : one_interface_)
            packet.interface = 0;
        if (auto printed = printed_->write(one_interface_); !printed)
            return printed;
        return printed_->flush();
    }
    Status flush() override { return file_ ? file_->flush() : printed_->flush(); }
    Status close(std::span<const InterfaceStatistics> statistics) override {
        const auto printed = printed_ ? printed_->close() : Status{};
        const auto closed = file_ ? file_->close(statistics) : Status{};
        return closed ? printed : closed;
    }
    [[nodiscard]] std::uint64_t records() const override { return file_ ? file_->records() : printed_->records(); }
    [[nodiscard]] bool finished() const override { return file_ && file_->finished(); }

private:
    std::unique_ptr<PacketOutput> file_; ///< null: packets are printed only
    bool at_once_;
    std::unique_ptr<CaptureWriter> printed_; ///< null: packets are written only
    std::vector<Packet> one_interface_;
};

engine::OpenedOutput open_file(const CaptureRequest& request, std::span<const capture::WriterInterface> interfaces,
                               capture::WriterOptions options) {
    options.nanoseconds = !request.microseconds;
    if (request.rotation.bytes == 0 && request.rotation.seconds == 0)
        return CaptureWriter::create(*request.write, interfaces, options);
    std::vector<capture::WriterInterface> kept(interfaces.begin(), interfaces.end());
    const auto open = [kept, options](const std::string& path) { return CaptureWriter::create(path, kept, options); };
    return capture::RotatingOutput::create(*request.write, request.rotation, open,
                                           static_cast<std::uint64_t>(std::time(nullptr)));
}

/// tcpdump drops its privileges before it opens a file; the first one is open before that here.
void give_first_file(const CaptureRequest& request, const User& user) {
    if (request.write && *request.write != "-")
        give(capture::rotated_name(*request.write, request.rotation, 0, static_cast<std::uint64_t>(std::time(nullptr))),
             user);
}

engine::OpenedOutput open_live(const CaptureRequest& request, const Printer* printer, const std::optional<User>& user,
                               std::span<const capture::WriterInterface> interfaces,
                               const capture::WriterOptions& options) {
    std::unique_ptr<PacketOutput> file;
    std::unique_ptr<CaptureWriter> printed;
    if (request.write) {
        auto opened = open_file(request, interfaces, options);
        if (!opened)
            return std::unexpected(std::move(opened.error()));
        file = std::move(*opened);
        if (user)
            give_first_file(request, *user);
    }
    if (printer != nullptr) {
        capture::WriterOptions plain = options;
        plain.format = capture::FileFormat::pcap;
        auto opened = CaptureWriter::create(printer->fd(), "tcpdump", interfaces.first(1), plain);
        if (!opened)
            return std::unexpected(std::move(opened.error()));
        printed = std::move(*opened);
    }
    return std::make_unique<LiveOutput>(std::move(file), request.packet_buffered, std::move(printed));
}

} // namespace

engine::Output live_output(const CaptureRequest& request, const Printer* printer, const std::optional<User>& user) {
    return {.path = request.write.value_or("tcpdump"),
            .format = request.format,
            .open = [&request, printer, &user](auto interfaces, const auto& options) {
                return open_live(request, printer, user, interfaces, options);
            }};
}

} // namespace pfq::tools
