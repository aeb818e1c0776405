#include "engine/capture/writer.hpp"
#include "engine/capture/link_layer.hpp"
#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace pfq::capture {
namespace {

/// Packets of this size and more are written from where they are when the call brings enough of them.
constexpr std::size_t gather_size = 1024;
constexpr std::size_t gather_count = 64;

std::string several_link_types(const std::string& name, std::uint16_t first, std::uint16_t other) {
    return fmt::format("{}: a pcap file has one link type, and these interfaces have {} and {}; write pcapng instead",
                       name, link_type_text(first), link_type_text(other));
}

} // namespace

CaptureWriter::Result CaptureWriter::create(const std::string& path, std::span<const WriterInterface> interfaces,
                                            WriterOptions options) {
    auto file = OutputFile::create(path, options.inputs);
    if (!file)
        return std::unexpected(std::move(file.error()));
    return start(std::move(*file), interfaces, std::move(options));
}

CaptureWriter::Result CaptureWriter::create(int fd, std::string name, std::span<const WriterInterface> interfaces,
                                            WriterOptions options) {
    auto file = OutputFile::adopt(fd, std::move(name));
    if (!file)
        return std::unexpected(std::move(file.error()));
    return start(std::move(*file), interfaces, std::move(options));
}

CaptureWriter::Result CaptureWriter::start(std::unique_ptr<OutputFile> file,
                                           std::span<const WriterInterface> interfaces, WriterOptions options) {
    std::unique_ptr<CaptureWriter> writer(new CaptureWriter(std::move(file), std::move(options)));
    auto& chosen = writer->options_;
    if (chosen.snaplen == 0 || chosen.snaplen > max_snaplen)
        chosen.snaplen = max_snaplen;
    if (chosen.format == FileFormat::pcap) {
        if (interfaces.empty())
            return std::unexpected(CaptureError{
                fmt::format("{}: a pcap file needs to know its link type; name an interface", writer->file_->name())});
        writer->put_header(encode_pcap_header(interfaces.front().link_type, chosen.snaplen, chosen.nanoseconds));
    } else {
        writer->put_header(encode_section_header(chosen.application));
    }
    for (const auto& interface : interfaces) {
        if (auto number = writer->add_interface(interface); !number)
            return std::unexpected(std::move(number.error()));
    }
    if (auto flushed = writer->flush(); !flushed)
        return std::unexpected(std::move(flushed.error()));
    return writer;
}

std::expected<std::uint16_t, CaptureError> CaptureWriter::add_interface(const WriterInterface& interface) {
    if (link_types_.size() == max_interfaces)
        return std::unexpected(
            CaptureError{fmt::format("{}: a file has {} interfaces at most", file_->name(), max_interfaces)});
    if (options_.format == FileFormat::pcap) {
        if (!link_types_.empty() && link_types_.front() != interface.link_type)
            return std::unexpected(
                CaptureError{several_link_types(file_->name(), link_types_.front(), interface.link_type)});
    } else if (!put_header(encode_interface(interface, options_.snaplen))) {
        return std::unexpected(status().error());
    }
    link_types_.push_back(interface.link_type);
    return static_cast<std::uint16_t>(link_types_.size() - 1);
}

bool CaptureWriter::put_header(const Bytes& bytes) {
    auto* to = file_->room(bytes.size());
    if (to == nullptr)
        return false;
    std::memcpy(to, bytes.data(), bytes.size());
    file_->advance(to + bytes.size());
    file_->end_record(bytes.size(), 0);
    return true;
}

CaptureWriter::Status CaptureWriter::write(std::span<const Packet> packets) {
    if (options_.format == FileFormat::pcap)
        put_all(packets, PcapRecord(options_.nanoseconds));
    else
        put_all(packets, PcapngRecord{});
    return status();
}

template <typename Record> void CaptureWriter::put_all(std::span<const Packet> packets, const Record& record) {
    const bool may_refer = packets.size() >= gather_count;
    for (const Packet& packet : packets) {
        if (!put(packet, record, may_refer))
            return;
    }
    if (!packets.empty())
        last_time_ns_ = packets.back().time_ns;
    if (file_->has_references())
        file_->flush();
}

template <typename Record> bool CaptureWriter::put(const Packet& packet, const Record& record, bool may_refer) {
    const auto captured = std::min(packet.captured, options_.snaplen);
    const bool refer = captured > OutputFile::buffer_size / 4 || (may_refer && captured >= gather_size);
    auto* const start = file_->room(Record::overhead + (refer ? 0 : captured));
    if (start == nullptr)
        return false;
    auto* to = record.put_head(start, packet, captured);
    if (refer) {
        file_->advance(to);
        file_->refer(packet.data, captured);
    } else {
        std::memcpy(to, packet.data, captured);
        to += captured;
    }
    auto* const end = record.put_tail(to, packet, captured);
    file_->advance(end);
    file_->end_record(static_cast<std::size_t>(end - start) + (refer ? captured : 0), 1);
    return true;
}

std::uint64_t CaptureWriter::size_of(const Packet& packet) const {
    const auto captured = std::min(packet.captured, options_.snaplen);
    return options_.format == FileFormat::pcap ? PcapRecord::overhead + captured : PcapngRecord::size(packet, captured);
}

CaptureWriter::Status CaptureWriter::status() {
    if (!file_->error())
        return {};
    reported_ = true;
    return std::unexpected(*file_->error());
}

CaptureWriter::Status CaptureWriter::flush() {
    file_->flush();
    return status();
}

CaptureWriter::Status CaptureWriter::close(std::span<const InterfaceStatistics> statistics) {
    if (options_.format == FileFormat::pcapng) {
        const auto count = std::min(statistics.size(), link_types_.size());
        for (std::size_t number = 0; number < count; ++number)
            put_header(encode_statistics(static_cast<std::uint32_t>(number), statistics[number], last_time_ns_));
    }
    file_->close();
    return reported_ ? Status{} : status();
}

} // namespace pfq::capture
