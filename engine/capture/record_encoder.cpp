#include "engine/capture/record_encoder.hpp"
#include <span>

namespace pfq::capture {
namespace {

/// Builds a block: type and room for the length first, the length at both ends last.
class Block {
public:
    explicit Block(std::uint32_t type) {
        add(type);
        add(std::uint32_t{0});
    }
    template <typename Word> void add(Word value) {
        std::uint8_t bytes[sizeof value];
        store(bytes, value);
        bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
    }
    void add_option(std::uint16_t code, std::span<const std::uint8_t> value) {
        const auto length = std::min<std::size_t>(value.size(), 0xffff);
        add(code);
        add(static_cast<std::uint16_t>(length));
        bytes_.insert(bytes_.end(), value.begin(), value.begin() + static_cast<std::ptrdiff_t>(length));
        bytes_.resize((bytes_.size() + 3) & ~std::size_t{3});
        has_options_ = true;
    }
    void add_option(std::uint16_t code, std::string_view text) {
        if (!text.empty())
            add_option(code, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
    void add_option(std::uint16_t code, const std::optional<std::uint64_t>& value) {
        std::uint8_t bytes[8];
        if (value) {
            store(bytes, *value);
            add_option(code, bytes);
        }
    }
    Bytes finish() {
        if (has_options_)
            add(std::uint32_t{pcapng::option::end});
        const auto length = static_cast<std::uint32_t>(bytes_.size() + 4);
        add(length);
        store(bytes_.data() + 4, length);
        return std::move(bytes_);
    }

private:
    Bytes bytes_;
    bool has_options_ = false;
};

} // namespace

Bytes encode_pcap_header(std::uint16_t link_type, std::uint32_t snaplen, bool nanoseconds) {
    Bytes header(pcap::file_header);
    auto* to = store(header.data(), nanoseconds ? pcap::magic_nano : pcap::magic_micro);
    to = store(to, std::uint16_t{2});
    to = store(to, std::uint16_t{4});
    to = store(to, std::uint64_t{0}); // time zone and accuracy, which nobody uses
    to = store(to, snaplen);
    store(to, std::uint32_t{link_type});
    return header;
}

Bytes encode_section_header(std::string_view application) {
    Block block(pcapng::section_header);
    block.add(pcapng::byte_order_magic);
    block.add(std::uint16_t{1});
    block.add(std::uint16_t{0});
    block.add(~std::uint64_t{0}); // length of the section: unknown
    block.add_option(pcapng::option::application, application);
    return block.finish();
}

Bytes encode_interface(const WriterInterface& interface, std::uint32_t snaplen) {
    Block block(pcapng::interface_description);
    block.add(interface.link_type);
    block.add(std::uint16_t{0});
    block.add(snaplen);
    block.add_option(pcapng::option::name, interface.name);
    block.add_option(pcapng::option::description, interface.description);
    const std::uint8_t nanoseconds[] = {9};
    block.add_option(pcapng::option::resolution, nanoseconds);
    return block.finish();
}

Bytes encode_statistics(std::uint32_t number, const InterfaceStatistics& statistics, std::uint64_t time_ns) {
    Block block(pcapng::interface_statistics);
    block.add(number);
    block.add(static_cast<std::uint32_t>(time_ns >> 32));
    block.add(static_cast<std::uint32_t>(time_ns));
    block.add_option(pcapng::option::received, statistics.received);
    block.add_option(pcapng::option::dropped, statistics.dropped);
    block.add_option(pcapng::option::dropped_by_os, statistics.dropped_by_os);
    return block.finish();
}

} // namespace pfq::capture
