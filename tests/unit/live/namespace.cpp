#include "tests/unit/live/namespace.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sstream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "lang/compile.hpp"

namespace pfq::test {
namespace {

constexpr std::size_t frame_size = 64;

void shell(const std::string& command) {
    if (std::system(command.c_str()) != 0) // NOLINT: a fixed command
        throw std::runtime_error("failed: " + command);
}

std::array<std::uint8_t, frame_size> udp_frame() {
    std::array<std::uint8_t, frame_size> frame{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
    constexpr std::array<std::uint8_t, 20> ip{0x45, 0, 0, 50, 0, 1, 0, 0, 64, 17, 0, 0, 10, 9, 0, 1, 10, 9, 0, 2};
    std::ranges::copy(ip, frame.begin() + 14);
    frame[36] = 0;
    frame[37] = 53; // destination port
    frame[39] = 30; // length
    return frame;
}

} // namespace

lang::Pipeline pipeline(const std::string& program) {
    lang::SourceSet sources;
    const auto file = sources.add("test", program);
    auto compiled = lang::compile(sources, file);
    if (!compiled)
        throw std::runtime_error("not a program: " + program);
    return std::move(compiled->pipeline);
}

void LiveTest::SetUp() {
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root: it makes a network namespace and loads programs into the kernel";
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    registry_ = std::filesystem::temp_directory_path() / ("pfq-live-test-" + std::to_string(::getpid()));
    ::setenv("PFQ_RUN_DIR", registry_.c_str(), 1);
    shell("sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1");
    shell("ip link add out0 numrxqueues 2 numtxqueues 2 type veth peer name in0 numrxqueues 2 numtxqueues 2");
    shell("ip link set in0 up && ip link set out0 up");
    socket_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_ifindex = static_cast<int>(if_nametoindex("out0"));
    ASSERT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

void LiveTest::TearDown() {
    if (socket_ >= 0)
        ::close(socket_);
    std::error_code error;
    if (!registry_.empty())
        std::filesystem::remove_all(registry_, error);
}

void LiveTest::send(unsigned count, unsigned flows) {
    auto frame = udp_frame();
    for (unsigned i = 0; i < count; ++i) {
        const std::uint32_t number = next_++;
        const unsigned port = 1000 + number % flows;
        frame[34] = static_cast<std::uint8_t>(port >> 8);
        frame[35] = static_cast<std::uint8_t>(port);
        for (unsigned byte = 0; byte < 4; ++byte)
            frame[42 + byte] = static_cast<std::uint8_t>(number >> (24 - 8 * byte));
        while (::send(socket_, frame.data(), frame.size(), 0) != static_cast<ssize_t>(frame.size()))
            if (errno != ENOBUFS && errno != EAGAIN)
                throw std::runtime_error("cannot send");
    }
}

std::uint64_t LiveTest::received() const {
    std::uint64_t packets = 0;
    // Not /sys, which shows the namespace in which it was mounted.
    std::ifstream table("/proc/thread-self/net/dev");
    for (std::string line; std::getline(table, line);)
        if (const auto name = line.find("in0:"); name != std::string::npos) {
            std::uint64_t bytes = 0;
            std::istringstream(line.substr(name + 4)) >> bytes >> packets;
        }
    return packets;
}

SentPacket sent_packet(const pfq_record& record) {
    const auto bytes = queue::bytes_of(record);
    if (record.length != frame_size || bytes.size() != frame_size)
        throw std::runtime_error("a record that nobody sent");
    SentPacket packet{.number = 0, .flow = 0};
    for (unsigned byte = 0; byte < 4; ++byte)
        packet.number = packet.number << 8 | bytes[42 + byte];
    packet.flow = bytes[34] << 8 | bytes[35];
    auto frame = udp_frame();
    std::ranges::copy(bytes.subspan(34, 2), frame.begin() + 34);
    std::ranges::copy(bytes.subspan(42, 4), frame.begin() + 42);
    if (!std::ranges::equal(bytes, frame))
        throw std::runtime_error("a record with other bytes than were sent");
    return packet;
}

void LiveTest::await_received(std::uint64_t count) const {
    while (received() < count)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

} // namespace pfq::test
