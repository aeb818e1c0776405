// bench-programs ROUNDS: live programs by BPF_PROG_TEST_RUN, on one processor; prints JSON. Nanoseconds per packet of
// every round, those of the test run itself included (program "nothing").
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <functional>
#include <nlohmann/json.hpp>
#include <sched.h>

#include "bench/programs.hpp"
#include "embed/bench_hand_programs.hpp"
#include "tests/support/live_program/live_program.hpp"

namespace pfq::bench {
namespace {

using test::LiveProgram;
using test::LiveSpec;
using Json = nlohmann::json;
using Packet = std::vector<std::uint8_t>;

constexpr unsigned processor = 1, repeat = 80'000;
constexpr unsigned longer = 200'000; ///< where nothing is delivered

/// What is timed in turn.
struct Subject {
    std::string name;
    std::function<double()> run;
    std::vector<double> times;
};

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "bench-programs: %s\n", what.c_str());
    std::exit(1);
}

std::unique_ptr<LiveProgram> load(const LiveSpec& spec) {
    auto program = LiveProgram::load(spec);
    if (!program)
        fail(spec.name + ": " + program.error().text);
    return std::move(*program);
}

LiveSpec make_spec(const std::string& name, std::vector<std::string> groups, unsigned sockets = 1) {
    LiveSpec spec;
    spec.name = name;
    spec.groups = std::move(groups);
    spec.sockets = sockets;
    spec.budget = std::uint64_t{16} << 20; // 8 MiB for each of two processors: more than a run writes
    return spec;
}

void set_addresses(Packet& packet) {
    const std::uint8_t addresses[] = {9, 9, 9, 9, 8, 8, 8, 8}; // in none of the networks of the programs
    std::copy(std::begin(addresses), std::end(addresses), packet.begin() + 26);
}

/// A packet that the program rejects as late as it can.
Packet rejected_by(const std::string& name) {
    Packet packet = name == "office web" || name == "openings" || name == "services"
                        ? test::make_packet(64, name == "services" ? 81 : 443, true)
                        : test::make_packet(name == "large udp" ? 1200 : 64, 99);
    if (name == "openings")
        packet[47] = 0x10; // ACK alone
    if (name == "large udp")
        packet[26] = 11, packet[36] = 0x01, packet[37] = 0xbb; // not of 10.0.0.0/8, to port 443
    else
        set_addresses(packet);
    return packet;
}

class Bench {
public:
    explicit Bench(unsigned rounds) : rounds_(rounds) {
        const std::string_view bytes = embedded::bench_hand_programs("hand.bpf.o");
        hand_.reset(bpf_object__open_mem(bytes.data(), bytes.size(), nullptr));
        if (!hand_ || bpf_object__load(hand_.get()) != 0)
            fail("the programs that were written by hand do not load");
    }

    Json run() {
        Json all;
        all["repeat"] = repeat;
        all["programs"] = ten_programs();
        all["delivery"] = deliveries();
        all["load"] = loads();
        return all;
    }

private:
    int hand(std::string name) const {
        std::ranges::replace(name, ' ', '_');
        const bpf_program* program = bpf_object__find_program_by_name(hand_.get(), name.c_str());
        if (program == nullptr)
            fail("nothing was written by hand for " + name);
        return bpf_program__fd(program);
    }
    Subject nothing() const {
        return {"nothing",
                [fd = hand("nothing")] { return test::run_program(fd, test::make_packet(64, 99), longer).fine; },
                {}};
    }

    /// All subjects in every round: what disturbs the machine disturbs all of them. The first round warms up.
    Json measure(std::vector<Subject> subjects) const {
        Json times;
        for (unsigned round = 0; round <= rounds_; ++round)
            for (Subject& subject : subjects) {
                const double time = subject.run();
                if (time < 0)
                    fail(subject.name + " does not run");
                if (round > 0)
                    subject.times.push_back(time);
            }
        for (const Subject& subject : subjects)
            times[subject.name] = subject.times;
        return times;
    }

    Json ten_programs() const {
        Json list = Json::array();
        for (const Program& program : programs()) {
            const auto ours = load(make_spec(program.name, {program.pfq}));
            const Packet packet = rejected_by(program.name);
            const int by_hand = hand(program.name);
            ours->read();
            Json entry{
                {"name", program.name},
                {"times",
                 measure({nothing(),
                          {"hand", [&] { return test::run_program(by_hand, packet, longer).fine; }, {}},
                          {"pfq", [&] { return test::run_program(ours->program(), packet, longer).fine; }, {}}})}};
            if (ours->read() != 0)
                fail(fmt::format("{} accepts a packet that it should reject", program.name));
            entry["xlated"] = ours->size().xlated;
            entry["jited"] = ours->size().jited;
            list.push_back(entry);
        }
        return list;
    }

    Json deliveries() const {
        const Packet small = test::make_packet(64, 53), large = test::make_packet(1514, 53);
        struct Case {
            const char* name;
            LiveSpec spec;
            const Packet* packet;
            unsigned repeat;
        };
        LiveSpec precise = make_spec("precise", {"unit"});
        precise.time = PFQ_TIME_PRECISE;
        LiveSpec coarse = make_spec("coarse", {"unit"});
        coarse.time = PFQ_TIME_COARSE;
        const std::vector<Case> cases{{"drop", make_spec("drop", {"drop"}), &small, repeat},
                                      {"deliver 64", make_spec("deliver", {"unit"}), &small, repeat},
                                      {"deliver 64, coarse time", coarse, &small, repeat},
                                      {"deliver 64, precise time", precise, &small, repeat},
                                      {"deliver 1514", make_spec("deliver", {"unit"}), &large, 5000},
                                      {"steer to 8 sockets", make_spec("steer", {"steer_flow"}, 8), &small, repeat},
                                      {"copy to 8 sockets", make_spec("copy", {"unit"}, 8), &small, repeat}};
        std::vector<std::unique_ptr<LiveProgram>> loaded;
        std::vector<Subject> subjects{nothing()};
        for (const Case& item : cases) {
            loaded.push_back(load(item.spec));
            subjects.push_back(
                {item.name,
                 [program = loaded.back().get(), &item] {
                     program->read(); // makes room: nothing is dropped for want of it
                     const double time = test::run_program(program->program(), *item.packet, item.repeat).whole;
                     const std::uint64_t expected =
                         item.spec.groups[0] == "drop"
                             ? 0
                             : std::uint64_t{item.repeat} * (item.spec.groups[0] == "unit" ? item.spec.sockets : 1);
                     if (program->read() != expected)
                         fail(std::string(item.name) + ": not all packets were delivered");
                     return time;
                 },
                 {}});
        }
        return measure(std::move(subjects));
    }

    /// Milliseconds to compile without the cache and to load.
    Json loads() const {
        Json all;
        for (const unsigned groups : {1U, 8U, 64U}) {
            Json compile = Json::array(), load_times = Json::array(), cached = Json::array();
            std::vector<std::string> programs;
            for (unsigned i = 0; i < groups; ++i)
                programs.push_back(fmt::format("udp >-> port {}", 5000 + i));
            LiveSpec spec = make_spec("load", std::move(programs));
            spec.budget = 1 << 18;
            for (unsigned round = 0; round < std::max(rounds_ / 2, 7U); ++round) {
                const auto program = load(spec);
                LiveSpec again = spec;
                again.cache = true;
                if (round == 0)
                    load(again); // fills the cache
                cached.push_back(load(again)->times().compile);
                compile.push_back(program->times().compile);
                load_times.push_back(program->times().load);
            }
            all[std::to_string(groups)] = {{"compile", compile}, {"cached", cached}, {"load", load_times}};
        }
        return all;
    }

    unsigned rounds_;
    std::unique_ptr<bpf_object, decltype(&bpf_object__close)> hand_{nullptr, &bpf_object__close};
};

} // namespace
} // namespace pfq::bench

int main(int argc, char** argv) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(pfq::bench::processor, &one);
    sched_setaffinity(0, sizeof one, &one);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 15;
    fmt::print("{}\n", pfq::bench::Bench(static_cast<unsigned>(std::max(rounds, 7))).run().dump());
    return 0;
}
