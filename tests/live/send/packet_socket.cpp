#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <sys/socket.h>
#include <thread>

#include "codegen/descriptor.hpp"
#include "tests/live/send/sender.hpp"

namespace pfq::send {
namespace {

using Clock = std::chrono::steady_clock;

std::string why(const std::string& what) {
    return fmt::format("cannot {}: {}", what, std::strerror(errno));
}

/// Sends one frame at a time, as that is the only way to know which frame the device did not take.
class PacketSocket {
public:
    static Result<PacketSocket> open(const Order& order) {
        PacketSocket made;
        made.socket_ = codegen::Descriptor(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
        made.address_.sll_family = AF_PACKET;
        made.address_.sll_ifindex = static_cast<int>(order.device_index);
        const int bypass = order.stack ? 0 : 1;
        if (!made.socket_ || ::bind(made.socket_.get(), made.address(), sizeof made.address_) != 0 ||
            ::setsockopt(made.socket_.get(), SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof bypass) != 0)
            return std::unexpected(why("open a packet socket at " + order.device));
        made.interval_ = std::chrono::nanoseconds(order.rate == 0 ? 0 : 1'000'000'000 / order.rate);
        return made;
    }
    /// Waits while the device has no room. Any other error ends the run: nothing is skipped.
    Result<void> send(std::span<const std::uint8_t> frame, Report& report) {
        if (interval_.count() != 0)
            std::this_thread::sleep_until(start_ + report.made * interval_);
        ++report.made;
        while (::send(socket_.get(), frame.data(), frame.size(), 0) < 0) {
            if (errno != ENOBUFS && errno != EINTR)
                return std::unexpected(why(fmt::format("send frame {} of {} bytes", report.made, frame.size())));
            ++report.refused;
            std::this_thread::yield();
        }
        ++report.sent;
        report.bytes += frame.size();
        return {};
    }
    void finish(Report& report) const { report.seconds = std::chrono::duration<double>(Clock::now() - start_).count(); }

private:
    [[nodiscard]] const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&address_); }

    codegen::Descriptor socket_;
    sockaddr_ll address_{};
    std::chrono::nanoseconds interval_{};
    Clock::time_point start_ = Clock::now();
};

} // namespace

Result<Report> send_packets(const Order& order) {
    auto socket = PacketSocket::open(order);
    if (!socket)
        return std::unexpected(socket.error());
    std::vector<send_headers> flows = make_flows(order.flows);
    for (send_headers& flow : flows)
        flow.first = first_number(order.flows.first);
    Report report;
    for (std::uint64_t i = 0; (order.count == 0 || i < order.count) && !*order.stop; ++i)
        if (auto sent = socket->send(make_frame(flows[i % flows.size()], order.flows.size, i), report); !sent)
            return std::unexpected(sent.error());
    socket->finish(report);
    return report;
}

Result<Report> replay(const Order& order, std::span<const std::vector<std::uint8_t>> frames) {
    auto socket = PacketSocket::open(order);
    if (!socket)
        return std::unexpected(socket.error());
    Report report;
    for (std::uint64_t round = 0; (order.count == 0 || round < order.count) && !*order.stop; ++round)
        for (const auto& frame : frames)
            if (auto sent = socket->send(frame, report); !sent)
                return std::unexpected(sent.error());
    socket->finish(report);
    return report;
}

} // namespace pfq::send
