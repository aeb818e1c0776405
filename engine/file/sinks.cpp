#include "engine/file/sinks.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "engine/capture/link_layer.hpp"
#include "engine/file/fault.hpp"

namespace pfq::engine {
namespace {

constexpr auto use_pcapng =
    "a pcap file has one link type, and the packets have {} and {}; write pcapng (--format=pcapng)";

capture::WriterInterface describe_interface(const capture::CaptureInterface& interface) {
    return {.link_type = interface.link_type, .name = interface.name, .description = interface.description};
}

} // namespace

std::expected<std::unique_ptr<Sinks>, std::string> Sinks::open(const FilePlan& plan, const Source& source) {
    std::unique_ptr<Sinks> sinks(new Sinks(source));
    bool nanoseconds = false;
    for (std::size_t i = 0; i < source.interface_count(); ++i)
        nanoseconds = nanoseconds || source.interface(i).clock.finer_than_micro();
    for (const SocketPlan& socket : plan.sockets)
        if (auto error = sinks->create(plan, socket.output, nanoseconds))
            return std::unexpected(std::move(*error));
    for (const ForwardPlan& forward : plan.forwards)
        if (auto error = sinks->create(plan, forward.output, nanoseconds))
            return std::unexpected(std::move(*error));
    return sinks;
}

std::optional<std::string> Sinks::create(const FilePlan& plan, const Output& output, bool nanoseconds) {
    Sink& sink = sinks_.emplace_back();
    sink.format = output.format;
    if (output.path.empty())
        return std::nullopt;
    std::vector<capture::WriterInterface> interfaces;
    for (std::size_t i = 0; i < source_.interface_count(); ++i)
        interfaces.push_back(describe_interface(source_.interface(i)));
    if (output.format == capture::FileFormat::pcap) {
        // The first link type that the language knows: of the others there are no records.
        std::erase_if(interfaces, [](const auto& interface) { return !capture::find_link_layer(interface.link_type); });
        interfaces.resize(std::min<std::size_t>(interfaces.size(), 1));
        if (interfaces.empty())
            interfaces.emplace_back();
        sink.link_type = interfaces.front().link_type;
    }
    auto writer = capture::CaptureWriter::create(
        output.path, interfaces,
        {.format = output.format, .nanoseconds = nanoseconds, .snaplen = plan.snaplen, .inputs = plan.inputs});
    if (!writer)
        return writer.error().message;
    sink.writer = std::move(*writer);
    sink.interfaces = interfaces.size();
    return std::nullopt;
}

bool Sinks::fail(Sink& sink, std::string message) {
    sink.failed = true;
    if (error_.empty())
        error_ = std::move(message);
    return false;
}

bool Sinks::write(Job& job) {
    bool good = true;
    for (std::size_t number = 0; number < sinks_.size(); ++number) {
        Sink& sink = sinks_[number];
        auto& records = job.outcome.records[number];
        if (!sink.writer || records.empty())
            continue;
        sink.given += records.size();
        if (fault::swap && records.size() > 1)
            std::swap(records[0], records[1]);
        if (sink.failed || !describe(sink, job.interfaces) ||
            (job.links->size() > 1 && !check_link_types(sink, records))) {
            good = false;
            continue;
        }
        if (auto written = sink.writer->write(records); !written)
            good = fail(sink, written.error().message);
    }
    return good;
}

/// Tells the file of interfaces that the inputs described meanwhile.
bool Sinks::describe(Sink& sink, std::size_t interfaces) {
    if (sink.format == capture::FileFormat::pcap)
        return true;
    for (; sink.interfaces < interfaces; ++sink.interfaces)
        if (auto added = sink.writer->add_interface(describe_interface(source_.interface(sink.interfaces))); !added)
            return fail(sink, added.error().message);
    return true;
}

bool Sinks::check_link_types(Sink& sink, std::span<const capture::Packet> records) {
    if (sink.format != capture::FileFormat::pcap)
        return true;
    const auto other = std::ranges::find_if(records, [&](const auto& r) { return r.link_type != sink.link_type; });
    if (other == records.end())
        return true;
    return fail(sink, fmt::format(use_pcapng, capture::link_type_text(sink.link_type),
                                  capture::link_type_text(other->link_type)));
}

bool Sinks::flush() {
    bool good = true;
    for (Sink& sink : sinks_)
        if (sink.writer && !sink.failed)
            if (auto flushed = sink.writer->flush(); !flushed)
                good = fail(sink, flushed.error().message);
    return good;
}

bool Sinks::close() {
    for (Sink& sink : sinks_)
        if (sink.writer)
            if (auto closed = sink.writer->close(); !closed)
                fail(sink, closed.error().message);
    return error_.empty();
}

std::pair<std::uint64_t, std::uint64_t> Sinks::account(std::size_t number) const {
    const Sink& sink = sinks_[number];
    if (!sink.writer)
        return {};
    const std::uint64_t written = sink.writer->records();
    // Without a failure nothing counts as failed: a record that is missing then breaks the packet law.
    return {written, sink.failed && sink.given > written ? sink.given - written : 0};
}

} // namespace pfq::engine
