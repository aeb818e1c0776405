// bench-receive METHOD DEVICE SIZE [GROUPS SOCKETS steer|copy precise|none]: receives until its input ends; prints what
// it got.
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <thread>
#include <unistd.h>

#include "bench/live/receiver.hpp"

namespace {

constexpr unsigned processor = 1; // the sender and the program that receives are on processor 0

void keep_to_processor() {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    sched_setaffinity(0, sizeof one, &one);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fputs("usage: bench-receive METHOD DEVICE SIZE [GROUPS SOCKETS steer|copy precise|none]\n", stderr);
        return 2;
    }
    pfq::bench::ReceiverOptions options;
    options.method = argv[1];
    options.device = argv[2];
    options.ifindex = if_nametoindex(argv[2]);
    options.size = static_cast<std::uint32_t>(std::atoi(argv[3]));
    if (argc > 7) {
        options.groups = static_cast<unsigned>(std::atoi(argv[4]));
        options.sockets = static_cast<unsigned>(std::atoi(argv[5]));
        options.steered = std::string_view(argv[6]) == "steer";
        options.precise = std::string_view(argv[7]) == "precise";
    }
    keep_to_processor();
    if (options.method == "swap") {
        const auto times = pfq::bench::measure_swaps(options.device, options.size);
        if (times)
            fmt::print("{{\"attach\": [{}], \"swap\": [{}]}}\n", fmt::join(times->attach, ", "),
                       fmt::join(times->swap, ", "));
        else
            std::fprintf(stderr, "%s\n", times.error().text.c_str());
        return times ? 0 : 1;
    }
    auto receiver = pfq::bench::make_receiver(options);
    if (!receiver) {
        std::fprintf(stderr, "%s\n", receiver.error().text.c_str());
        return 1;
    }
    std::puts("listening");
    std::fflush(stdout);
    std::atomic<bool> stop = false;
    std::jthread waiting([&] {
        char byte = 0;
        while (read(STDIN_FILENO, &byte, 1) > 0) {
        }
        stop = true;
    });
    const pfq::bench::Received received = (*receiver)->run(stop);
    fmt::print("{{\"good\": {}, \"bad\": {}}}\n", received.good, received.bad);
    return 0;
}
