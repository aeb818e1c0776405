// live-send: traffic for the tests of live runs, and for benchmarks. Prints one line of JSON: what was sent, exactly.
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <getopt.h>
#include <net/if.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <thread>

#include "engine/capture/reader.hpp"
#include "tests/live/send/sender.hpp"

namespace pfq::send {
namespace {

constexpr const char* usage = R"(usage: live-send --device DEVICE [OPTION]...

Sends UDP packets of several flows, each with its number, or the packets of a capture.

  --device DEVICE     where packets leave
  --count N           frames, or rounds of a capture (1); 0: until SIGINT
  --size BYTES        of a frame, without Ethernet's checksum (60)
  --flows N           that take turns (1)
  --family F          4, 6 or both (4)
  --to MAC            destination
  --rate N            frames a second (as fast as it goes)
  --cpus LIST         a sender on each of these processors, each with its part of the flows; numbers begin at SENDER << 56 (0)
  --live              live frames: made by a program in the kernel, fast; else from a packet socket
  --stack             from a packet socket through TC, where packets that leave are seen
  --read FILE         the packets of a capture instead
)";

struct Request {
    Order order;
    std::vector<unsigned> processors;
    std::string capture;
    bool live = false;
};

template <class T> bool read_number(std::string_view text, T& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool read_list(std::string_view text, std::vector<unsigned>& numbers) {
    while (true) {
        const std::size_t comma = text.find(',');
        if (!read_number(text.substr(0, comma), numbers.emplace_back()))
            return false;
        if (comma == std::string_view::npos)
            return true;
        text.remove_prefix(comma + 1);
    }
}

bool read_address(const char* text, std::uint8_t* address) {
    return std::sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", address, address + 1, address + 2, address + 3,
                       address + 4, address + 5) == 6;
}

bool read_family(std::string_view text, Family& family) {
    family = text == "6" ? Family::ipv6 : text == "both" ? Family::both : Family::ipv4;
    return text == "4" || text == "6" || text == "both";
}

bool set(Request& request, std::string_view option, const char* text) {
    Order& order = request.order;
    if (option == "device") {
        order.device = text;
        order.device_index = if_nametoindex(text);
        return order.device_index != 0;
    }
    if (option == "count")
        return read_number(text, order.count);
    if (option == "size")
        return read_number(text, order.flows.size);
    if (option == "flows")
        return read_number(text, order.flows.count) && order.flows.count != 0;
    if (option == "rate")
        return read_number(text, order.rate);
    if (option == "family")
        return read_family(text, order.flows.family);
    if (option == "to")
        return read_address(text, order.flows.destination);
    if (option == "cpus")
        return read_list(text, request.processors);
    if (option == "read")
        request.capture = text;
    else
        (option == "live" ? request.live : order.stack) = true;
    return true;
}

Result<Request> read_request(int argc, char** argv) {
    Request request;
    request.order.count = 1;
    constexpr option options[] = {{"device", required_argument, nullptr, 0}, {"count", required_argument, nullptr, 0},
                                  {"size", required_argument, nullptr, 0},   {"flows", required_argument, nullptr, 0},
                                  {"family", required_argument, nullptr, 0}, {"to", required_argument, nullptr, 0},
                                  {"rate", required_argument, nullptr, 0},   {"cpus", required_argument, nullptr, 0},
                                  {"live", no_argument, nullptr, 0},         {"stack", no_argument, nullptr, 0},
                                  {"read", required_argument, nullptr, 0},   {nullptr, 0, nullptr, 0}};
    int index = 0;
    for (int found; (found = getopt_long(argc, argv, "", options, &index)) != -1;) {
        if (found != 0)
            return std::unexpected(usage);
        if (!set(request, options[index].name, optarg))
            return std::unexpected(fmt::format("invalid --{} '{}'", options[index].name, optarg));
    }
    if (request.order.device.empty() || optind != argc)
        return std::unexpected(usage);
    if (request.processors.empty())
        request.processors = {0};
    const std::uint32_t least = request.order.flows.family == Family::ipv4 ? SEND_LEAST_IPV4 : SEND_LEAST_IPV6;
    if (request.order.flows.size < least)
        return std::unexpected(fmt::format("invalid --size, these frames have at least {} bytes", least));
    if (request.order.flows.count < request.processors.size())
        return std::unexpected("there are more --cpus than --flows");
    return request;
}

Result<std::vector<std::vector<std::uint8_t>>> read_capture(const std::string& path) {
    auto reader = capture::CaptureReader::open(path);
    if (!reader)
        return std::unexpected(reader.error().message);
    std::vector<std::vector<std::uint8_t>> frames;
    capture::Batch batch;
    while ((*reader)->read(batch) != 0)
        for (const capture::Packet& packet : batch.packets())
            frames.emplace_back(packet.data, packet.data + packet.captured);
    if (!(*reader)->end().good())
        return std::unexpected((*reader)->end().message);
    return frames;
}

/// The part of sender number i of n: flows i, i + n, ...
Order part_of(const Order& order, std::uint32_t i, std::uint32_t n) {
    Order part = order;
    part.count = order.count / n + (i < order.count % n);
    part.rate = order.rate / n;
    part.flows.count = order.flows.count / n + (i < order.flows.count % n);
    part.flows.first = i;
    part.flows.step = n;
    return part;
}

Result<void> run_on(unsigned processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        return std::unexpected(fmt::format("cannot run on processor {}: {}", processor, std::strerror(errno)));
    return {};
}

Result<Report> send_from(unsigned processor, const Order& part, const Request& request) {
    if (auto bound = run_on(processor); !bound)
        return std::unexpected(bound.error());
    if (!request.capture.empty()) {
        const auto frames = read_capture(request.capture);
        return frames ? replay(part, *frames) : std::unexpected(frames.error());
    }
    return request.live ? send_live_frames(part, processor) : send_packets(part);
}

/// SIGINT ends the senders: their threads are interrupted until they are done.
void wait_for(std::vector<std::jthread>& threads, const std::atomic<std::size_t>& running, std::atomic<bool>& stop,
              const sigset_t& signals) {
    constexpr timespec moment{.tv_sec = 0, .tv_nsec = 20'000'000};
    while (running != 0) {
        if (sigtimedwait(&signals, nullptr, &moment) > 0)
            stop = true;
        if (stop)
            for (std::jthread& thread : threads)
                pthread_kill(thread.native_handle(), SIGUSR1);
    }
}

Result<Report> send(const Request& request) {
    std::signal(SIGUSR1, [](int) {}); // interrupts system calls
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    const auto n = static_cast<std::uint32_t>(request.processors.size());
    std::atomic<std::size_t> running = n;
    std::atomic<bool> stop = false;
    std::vector<Result<Report>> reports(n);
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < n; ++i)
        threads.emplace_back([&, i] {
            Order part = part_of(request.order, i, n);
            part.stop = &stop;
            reports[i] = send_from(request.processors[i], part, request);
            --running;
        });
    wait_for(threads, running, stop, signals);
    threads.clear();
    Report sum;
    for (const auto& report : reports) {
        if (!report)
            return report;
        sum += *report;
    }
    return sum;
}

} // namespace
} // namespace pfq::send

int main(int argc, char** argv) {
    const auto request = pfq::send::read_request(argc, argv);
    if (!request) {
        fmt::print(stderr, "live-send: {}\n", request.error());
        return 2;
    }
    const auto report = pfq::send::send(*request);
    if (!report) {
        fmt::print(stderr, "live-send: {}\n", report.error());
        return 1;
    }
    const nlohmann::ordered_json document = {{"made", report->made},
                                             {"sent", report->sent},
                                             {"refused", report->refused},
                                             {"bytes", report->bytes},
                                             {"seconds", report->seconds}};
    fmt::print("{}\n", document.dump());
    return 0;
}
