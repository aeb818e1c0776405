// bench-filters [ROUNDS]: native code beside the hand-written filter and libpcap; JSON on standard output.
// Times are those of the thread, so that waiting for a busy processor does not count.
#include "bench/filters.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <functional>
#include <nlohmann/json.hpp>

namespace {

using namespace pfq::bench;
using nlohmann::json;

constexpr std::size_t hot_packets = 512, hot_passes = 400;
constexpr std::size_t memory_packets = 300'000;

double thread_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

struct Form {
    const char* name;
    std::size_t (Filters::*run)(const Frames&);
};
constexpr Form forms[] = {
    {"native", &Filters::run_native}, {"hand", &Filters::run_by_hand}, {"libpcap", &Filters::run_pcap}};

/// ns per packet of each form, by round. The forms take turns, so what disturbs the machine disturbs all of them.
json measure(Filters& filters, const Frames& frames, std::size_t passes, unsigned rounds) {
    json times = {{"native", json::array()}, {"hand", json::array()}, {"libpcap", json::array()}};
    for (unsigned round = 0; round <= rounds; ++round)
        for (const Form& form : forms) {
            const double start = thread_ns();
            for (std::size_t pass = 0; pass < passes; ++pass)
                (filters.*form.run)(frames);
            const double elapsed = thread_ns() - start;
            if (round > 0) // the first one warms up
                times[form.name].push_back(elapsed / static_cast<double>(passes * frames.native.size()));
        }
    return times;
}

json count(Filters& filters, const Frames& frames) {
    json counts;
    for (const Form& form : forms)
        counts[form.name] = (filters.*form.run)(frames);
    return counts;
}

int run(unsigned rounds) {
    const Frames hot({.packets = hot_packets}), memory({.packets = memory_packets});
    const Frames plain({.packets = 50'000, .seed = 2, .plain = true});
    json out = {{"hot_packets", hot_packets}, {"memory_packets", memory_packets}, {"memory_bytes", memory.file.size()}};
    for (const Program& program : programs()) {
        Filters filters(program);
        json entry = {
            {"name", program.name}, {"tests", program.tests}, {"pfq", program.pfq}, {"tcpdump", program.tcpdump}};
        entry["accepted"] = count(filters, memory);
        entry["accepted_plain"] = count(filters, plain);
        const json& any = entry["accepted"];
        const json& same = entry["accepted_plain"];
        if (any["native"] != any["hand"] || same["native"] != same["hand"] || same["native"] != same["libpcap"]) {
            std::fprintf(stderr, "%s: the forms disagree: %s\n", program.name.c_str(), entry.dump().c_str());
            return 1;
        }
        entry["hot"] = measure(filters, hot, hot_passes, rounds);
        entry["memory"] = measure(filters, memory, 1, rounds);
        out["programs"].push_back(std::move(entry));
        std::fprintf(stderr, ".");
    }
    std::fprintf(stderr, "\n");
    std::printf("%s\n", out.dump().c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc > 1 ? static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10)) : 15);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench-filters: %s\n", error.what());
        return 1;
    }
}
