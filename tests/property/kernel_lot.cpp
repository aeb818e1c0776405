#include "tests/property/kernel_lot.hpp"
#include "tests/property/kernel_group.hpp"
#include "tests/property/worker.hpp"
#include <algorithm>
#include <bit>
#include <iostream>

namespace pfq::test {

namespace {

constexpr std::size_t packets_per_object = 24;
constexpr unsigned most_attempts = 30; // to make a failing program smaller
constexpr std::size_t large_nodes = 500, most_nodes = 2000;

/// 1 to some hundreds, small ones more often.
unsigned random_size(Random& random) {
    return 1 + static_cast<unsigned>(random.below(std::uint64_t{2} << random.below(9)));
}

struct Item {
    ProgramTerm program;
    lang::Pipeline pipeline;
};

class Run {
public:
    explicit Run(const KernelLot& lot)
        : lot_(lot), generator_(lot.seed), random_(lot.seed ^ 0x9e3779b97f4a7c15U),
          packets_(runnable_packets(lot.seed, packets_per_object)) {}

    KernelStatistics run() {
        std::vector<Item> items;
        while (items.size() < lot_.programs && all_.refused <= 20 * std::uint64_t{lot_.programs} &&
               all_.failures.empty())
            if (auto item = next())
                items.push_back(std::move(*item));
        all_.uses = generator_.uses();
        if (lot_.together) {
            try_items(items);
        } else {
            for (Item& item : items)
                try_items({&item, 1});
            all_.alone += items.size();
        }
        return std::move(all_);
    }

private:
    std::optional<Item> next() {
        Item item;
        item.program = lot_.large ? generator_.next_large(100 + static_cast<unsigned>(random_.below(900)))
                                  : generator_.next(random_size(random_));
        Compiled compiled = compile_program(text(item.program));
        const std::size_t nodes = compiled.optimised.nodes.size();
        if (compiled.refused || (lot_.large && compiled.fault.empty() && (nodes < large_nodes || nodes > most_nodes))) {
            ++all_.refused;
            return std::nullopt;
        }
        if (!compiled.fault.empty()) {
            all_.failures.push_back("seed " + std::to_string(lot_.seed) + ": a program " + compiled.fault + "\n" +
                                    text(item.program));
            return std::nullopt;
        }
        item.pipeline = std::move(compiled.optimised);
        ++all_.programs;
        ++all_.sizes[std::bit_ceil(nodes)];
        all_.largest = std::max<std::uint64_t>(all_.largest, nodes);
        count_parts(item.pipeline, all_.parts);
        return item;
    }

    /// Empty, or what is wrong with an object of these; `kind` is the first line.
    std::string fault_of(std::span<const Item> items, bool count) {
        std::vector<BpfGroup> groups;
        for (const Item& item : items)
            groups.push_back(make_group(text(item.program), item.pipeline, packets_));
        try {
            BpfJob job = make_job("seed " + std::to_string(lot_.seed), lot_.hook, lot_.shape, groups);
            add_packets(job, groups, packets_);
            const auto object = load(job);
            JobResult result = pfq::test::run(job, *object);
            if (count) {
                ++all_.objects;
                all_.packets += result.ran * groups.size();
                all_.verified.push_back(object->cost().verified);
                all_.milliseconds.push_back(object->cost().milliseconds);
            }
            return result.faults.empty() ? "" : "differs\n" + result.faults.front();
        } catch (const NotCompiled& error) {
            return std::string("not compiled\n") + error.what();
        } catch (const NotLoaded& error) {
            return std::string("not loaded\n") + error.what();
        }
    }

    void try_items(std::span<const Item> items) {
        const std::string fault = fault_of(items, true);
        if (fault.empty())
            return;
        for (const Item& item : items) // by itself, when it is its own fault
            if (const std::string own = items.size() == 1 ? fault : fault_of({&item, 1}, false); !own.empty())
                return report(item, own);
        report_all(items, fault);
    }

    void report(const Item& item, const std::string& fault) {
        std::cout << head() + fault + "\n" + text(item.program) << std::endl; // told at once: shrinking takes a while
        // The candidates of one step take the square of a program's size: large ones are told as they are.
        constexpr std::size_t most_text = 3000;
        const std::string all = text(item.program);
        all_.failures.push_back(head() + fault + "\n==== the program\n" + all +
                                (all.size() > most_text ? "" : "==== made smaller\n" + shrunk(item, fault)));
    }

    void report_all(std::span<const Item> items, const std::string& fault) {
        std::string all = head() + "only together: " + fault;
        for (const Item& item : items)
            all += "\n==== a program\n" + text(item.program);
        all_.failures.push_back(all);
    }

    std::string head() const {
        return "seed " + std::to_string(lot_.seed) + ", " + name(lot_.hook) + ", shape " +
               std::to_string(static_cast<unsigned>(lot_.shape)) + ": ";
    }

    static std::string kind_of(const std::string& fault) { return fault.substr(0, fault.find('\n')); }

    std::string shrunk(const Item& item, const std::string& fault) {
        Item best = item;
        unsigned attempts = 0;
        for (bool better = true; better && attempts < most_attempts;) {
            better = false;
            for (ProgramTerm& candidate : smaller(best.program)) {
                if (++attempts > most_attempts)
                    break;
                Compiled compiled = compile_program(text(candidate));
                if (compiled.refused || !compiled.fault.empty())
                    continue;
                Item now{std::move(candidate), std::move(compiled.optimised)};
                if (kind_of(fault_of({&now, 1}, false)) != kind_of(fault))
                    continue;
                best = std::move(now);
                better = true;
                break;
            }
        }
        return text(best.program) + "\n" + lang::print(best.pipeline);
    }

    KernelLot lot_;
    Generator generator_;
    Random random_;
    std::vector<TestPacket> packets_;
    KernelStatistics all_;
};

} // namespace

void KernelStatistics::add(const KernelStatistics& other) {
    for (const auto& [name, count] : other.uses)
        uses[name] += count;
    for (const auto& [name, count] : other.parts)
        parts[name] += count;
    for (const auto& [nodes, count] : other.sizes)
        sizes[nodes] += count;
    programs += other.programs, alone += other.alone, objects += other.objects, packets += other.packets;
    refused += other.refused;
    largest = std::max(largest, other.largest);
    verified.insert(verified.end(), other.verified.begin(), other.verified.end());
    milliseconds.insert(milliseconds.end(), other.milliseconds.begin(), other.milliseconds.end());
    failures.insert(failures.end(), other.failures.begin(), other.failures.end());
}

KernelStatistics run_lot(const KernelLot& lot) {
    return Run(lot).run();
}

} // namespace pfq::test
