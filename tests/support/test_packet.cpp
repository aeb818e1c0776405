// Conversions of test packets.
#include "tests/support/test_packet.hpp"
#include "tests/support/values.hpp"

namespace pfq::test {

std::string describe(const TestPacket& packet) {
    const TestPacket plain;
    std::string out = "hex " + to_hex(packet.bytes) + " |";
    const auto attribute = [&](const char* name, std::uint64_t value, std::uint64_t usual) {
        if (value != usual)
            out += std::string(" ") + name + "=" + std::to_string(value);
    };
    if (!packet.ethernet)
        out += " link=raw l3=" + std::to_string(packet.l3_offset) + " type=" + std::to_string(packet.ethertype);
    attribute("wire", packet.length, packet.bytes.size());
    attribute("device", packet.device, plain.device);
    attribute("queue", packet.queue, plain.queue);
    attribute("seq", packet.sequence, plain.sequence);
    attribute("time", packet.time, plain.time);
    attribute("mark", packet.mark, plain.mark);
    if (packet.device_address != lang::absent)
        out += " host=" + ipv4_text(packet.device_address);
    if (packet.device_address6_high != lang::absent || packet.device_address6_low != lang::absent)
        out += " host6=" + ipv6_text(packet.device_address6_high, packet.device_address6_low);
    return out;
}

lang::reference::PacketInput to_input(const TestPacket& packet) {
    return {.bytes = packet.bytes,
            .length = packet.length,
            .ethernet = packet.ethernet,
            .l3_offset = packet.l3_offset,
            .ethertype = packet.ethertype,
            .device = packet.device,
            .queue = packet.queue,
            .sequence = packet.sequence,
            .time_ns = packet.time,
            .mark = packet.mark,
            .device_address = packet.device_address,
            .device_address6_high = packet.device_address6_high,
            .device_address6_low = packet.device_address6_low};
}

pfq_packet to_abi(const TestPacket& packet) {
    return {.data = packet.bytes.data(),
            .captured = static_cast<pfq_u32>(packet.bytes.size()),
            .length = packet.length,
            .time = packet.time,
            .sequence = packet.sequence,
            .device = packet.device,
            .mark = packet.mark,
            .queue = packet.queue,
            .flags = static_cast<pfq_u16>(packet.ethernet ? PFQ_PACKET_ETHERNET : 0),
            .l3_offset = packet.l3_offset,
            .ethertype = packet.ethertype};
}

pfq_device_address to_abi_address(const TestPacket& packet) {
    return {.ipv4 = packet.device_address,
            .ipv6_high = packet.device_address6_high,
            .ipv6_low = packet.device_address6_low};
}

} // namespace pfq::test
