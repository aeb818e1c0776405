#include "lang/reference/evaluate.hpp"
#include "tests/property/worker.hpp"
#include "tests/support/random_packet.hpp"
#include "tests/unit/codegen/run.hpp"
#include <algorithm>
#include <bit>
#include <chrono>
#include <iostream>
#include <stdexcept>

namespace pfq::test {

namespace {

constexpr std::size_t random_packets = 24, capture_packets = 8;
constexpr unsigned most_attempts = 200; // to make a failing program smaller

class Clock {
public:
    double lap() {
        const auto now = std::chrono::steady_clock::now();
        const double passed = std::chrono::duration<double>(now - last_).count();
        last_ = now;
        return passed;
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

std::string kind_of(const std::string& fault) {
    return fault.substr(0, fault.find('\n'));
}

std::string check_program(const std::string& text, const std::vector<TestPacket>& packets) {
    const Compiled compiled = compile_program(text);
    if (!compiled.fault.empty() || compiled.refused)
        return compiled.fault;
    if (std::string fault = check_format(text, compiled.optimised); !fault.empty())
        return fault;
    try {
        return check_verdicts(compiled, Native(compiled.optimised), 0, packets);
    } catch (const std::runtime_error& error) {
        return std::string("is not compiled to native code\n") + error.what();
    }
}

struct Item {
    ProgramTerm program;
    Compiled compiled;
};

void report(Statistics& all, const ProgramTerm& program, const std::string& fault, std::uint64_t seed,
            const std::vector<TestPacket>& packets) {
    // Told at once: making it smaller takes a while.
    std::cout << "seed " + std::to_string(seed) + ": a program " + fault + "\n" + text(program) << std::endl;
    const Shrunk small = shrink(program, fault, packets);
    all.failures.push_back("seed " + std::to_string(seed) + ": a program " + fault + "\n==== the program\n" +
                           text(program) + "==== made smaller\n" + small.text + "==== where: a program " + small.fault);
}

/// 1 to some hundreds, small ones more often.
unsigned random_size(Random& random) {
    return 1 + static_cast<unsigned>(random.below(std::uint64_t{2} << random.below(9)));
}

} // namespace

void Statistics::add(const Statistics& other) {
    for (const auto& [name, count] : other.uses)
        uses[name] += count;
    for (const auto& [nodes, count] : other.sizes)
        sizes[nodes] += count;
    programs += other.programs, comparisons += other.comparisons, passed += other.passed;
    refused += other.refused;
    largest = std::max(largest, other.largest);
    generate += other.generate, compile += other.compile, native += other.native, run += other.run;
    failures.insert(failures.end(), other.failures.begin(), other.failures.end());
}

Shrunk shrink(const ProgramTerm& program, const std::string& fault, const std::vector<TestPacket>& packets) {
    ProgramTerm best = program;
    Shrunk result{text(program), fault};
    unsigned attempts = 0;
    for (bool better = true; better && attempts < most_attempts;) {
        better = false;
        for (ProgramTerm& candidate : smaller(best)) {
            if (++attempts > most_attempts)
                break;
            const std::string written = text(candidate);
            std::string now = check_program(written, packets);
            if (now.empty() || kind_of(now) != kind_of(fault))
                continue;
            result = {written, std::move(now)};
            best = std::move(candidate);
            better = true;
            break;
        }
    }
    return result;
}

Statistics run_batch(std::uint64_t seed, std::size_t programs, const std::vector<TestPacket>& captured) {
    Statistics all;
    Clock clock;
    Generator generator(seed);
    Random random(seed ^ 0x9e3779b97f4a7c15U);
    RandomPackets source(seed);
    std::vector<TestPacket> packets;
    while (packets.size() < random_packets)
        packets.push_back(source.next());
    for (std::size_t i = 0; i < capture_packets && !captured.empty(); ++i)
        packets.push_back(random.one_of(captured));

    std::vector<Item> items;
    codegen::Request request;
    request.shape = random.chance(50) ? codegen::Shape::outlined : codegen::Shape::automatic;
    request.filter = random.chance(20);
    while (items.size() + all.failures.size() < programs && all.refused < programs) {
        Item item{generator.next(random_size(random)), {}};
        const std::string written = text(item.program);
        all.generate += clock.lap();
        item.compiled = compile_program(written);
        if (item.compiled.refused) {
            ++all.refused;
            all.compile += clock.lap();
            continue;
        }
        std::string fault = item.compiled.fault;
        if (fault.empty())
            fault = check_format(written, item.compiled.optimised);
        all.compile += clock.lap();
        ++all.programs;
        if (!fault.empty()) {
            report(all, item.program, fault, seed, packets);
            clock.lap();
            continue;
        }
        const std::size_t nodes = item.compiled.plain.nodes.size();
        all.largest = std::max<std::uint64_t>(all.largest, nodes);
        ++all.sizes[std::bit_ceil(nodes)];
        request.groups.push_back(item.compiled.optimised);
        items.push_back(std::move(item));
    }
    all.uses = generator.uses();
    if (items.empty())
        return all;
    clock.lap();
    try {
        const Native native(request);
        all.native += clock.lap();
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (const std::string fault = check_verdicts(items[i].compiled, native, i, packets); !fault.empty())
                report(all, items[i].program, fault, seed, packets);
            all.comparisons += packets.size();
        }
        for (const Item& item : items)
            for (const TestPacket& packet : packets)
                all.passed += run_reference(item.compiled.optimised, packet).accepted ? 1 : 0;
        all.run += clock.lap();
    } catch (const std::runtime_error& error) {
        all.failures.push_back("seed " + std::to_string(seed) + ": a request is not compiled\n" + error.what());
    }
    return all;
}

} // namespace pfq::test
