#include "engine/capture/rotation.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <fmt/format.h>
#include <linux/limits.h>

namespace pfq::capture {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

std::string format_time(const std::string& path, std::uint64_t start) {
    const auto time = static_cast<std::time_t>(start);
    std::tm local{};
    localtime_r(&time, &local);
    std::array<char, PATH_MAX> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), path.c_str(), &local);
    return size == 0 ? path : std::string(text.data(), size);
}

} // namespace

std::string rotated_name(const std::string& path, const RotationOptions& options, std::uint64_t number,
                         std::uint64_t start) {
    const std::string name = options.seconds != 0 ? format_time(path, start) : path;
    if (options.bytes == 0)
        return name;
    int width = 0;
    for (std::uint64_t rest = options.files == 0 ? 0 : options.files - 1; rest != 0; rest /= 10)
        ++width;
    return number == 0 && width == 0 ? name : fmt::format("{}{:0{}}", name, number, width);
}

std::expected<std::unique_ptr<RotatingOutput>, CaptureError>
RotatingOutput::create(std::string path, RotationOptions options, Open open, std::uint64_t now) {
    std::unique_ptr<RotatingOutput> output(new RotatingOutput(std::move(path), options, std::move(open)));
    output->start_ = now;
    auto writer = output->open_(rotated_name(output->path_, options, 0, now));
    if (!writer)
        return std::unexpected(std::move(writer.error()));
    output->writer_ = std::move(*writer);
    return output;
}

PacketOutput::Status RotatingOutput::rotate() {
    if (auto closed = writer_->close(); !closed)
        return closed;
    auto writer = open_(rotated_name(path_, options_, number_, start_));
    if (!writer)
        return std::unexpected(std::move(writer.error()));
    closed_ += writer_->records();
    writer_ = std::move(*writer);
    return {};
}

/// The file that is open when this returns is the one that the packet belongs to.
PacketOutput::Status RotatingOutput::begin_file_for(const Packet& packet) {
    const std::uint64_t now = packet.time_ns / second;
    if (options_.seconds != 0 && now >= start_ + options_.seconds) {
        ++periods_;
        if (options_.bytes == 0 && options_.files != 0 && periods_ >= options_.files) {
            finished_ = true;
            return {};
        }
        start_ = now;
        number_ = 0;
        if (auto rotated = rotate(); !rotated)
            return rotated;
    }
    if (options_.bytes == 0 || writer_->position() <= options_.bytes)
        return {};
    ++number_;
    if (options_.files != 0 && number_ >= options_.files)
        number_ = 0;
    return rotate();
}

PacketOutput::Status RotatingOutput::write(std::span<const Packet> packets) {
    while (!packets.empty() && !finished_) {
        if (auto begun = begin_file_for(packets.front()); !begun)
            return begun;
        if (finished_)
            break;
        // As many as certainly belong to this file, in one call.
        std::uint64_t position = writer_->position();
        std::size_t count = 0;
        while (count < packets.size() && (count == 0 || options_.bytes == 0 || position <= options_.bytes) &&
               (options_.seconds == 0 || packets[count].time_ns / second < start_ + options_.seconds))
            position += writer_->size_of(packets[count++]);
        if (auto written = writer_->write(packets.first(count)); !written)
            return written;
        packets = packets.subspan(count);
    }
    return {};
}

} // namespace pfq::capture
