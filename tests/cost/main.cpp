// Compares the size of programs with the limits that the repository declares: a regression is seen whatever the noise
// of the machine. `cost FILE` compares, `cost --rewrite FILE` declares what is.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <sys/utsname.h>
#include <unistd.h>

#include "tests/cost/programs.hpp"

namespace pfq::cost {
namespace {

constexpr double tolerance = 0.02;
constexpr int skipped = 77;

/// Instructions as compiled, as the kernel runs them, and bytes of machine code. The last two depend on the kernel.
struct Cost {
    std::uint32_t compiled = 0, xlated = 0, jited = 0;
};

struct Limits {
    std::string kernel; ///< "6.18": where xlated and jited were measured
    std::map<std::string, Cost> programs;
};

std::string this_kernel() {
    utsname name{};
    uname(&name);
    const std::string release = name.release;
    const std::string version = release.substr(0, release.find('.', release.find('.') + 1));
    return version + "/" + name.machine;
}

std::optional<Limits> read_limits(const char* path) {
    Limits limits;
    std::ifstream in(path);
    std::string line;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        std::string name;
        Cost cost;
        if (line.starts_with('#') || !(words >> name))
            continue;
        if (name == "kernel") {
            words >> limits.kernel;
            continue;
        }
        if (!(words >> cost.compiled >> cost.xlated >> cost.jited))
            return std::nullopt;
        limits.programs[name] = cost;
    }
    return in.eof() && !limits.kernel.empty() ? std::optional(limits) : std::nullopt;
}

bool write_limits(const char* path, const std::vector<std::pair<std::string, Cost>>& costs) {
    std::ofstream out(path);
    out << "# What the programs of programs.cpp may cost, within 2 %: instructions as compiled, instructions as the "
           "kernel\n"
           "# runs them, bytes of machine code. The last two are compared on the kernel that is named here only.\n"
           "# Made by: cost --rewrite FILE\n"
        << fmt::format("kernel {}\n", this_kernel());
    for (const auto& [name, cost] : costs)
        out << fmt::format("{:<14} {:>6} {:>6} {:>7}\n", name, cost.compiled, cost.xlated, cost.jited);
    return static_cast<bool>(out.flush());
}

struct Comparison {
    bool above = false, below = false;
    void add(std::uint32_t is, std::uint32_t limit) {
        above = above || is > limit * (1 + tolerance);
        below = below || is < limit * (1 - tolerance);
    }
};

int compare(const Limits& limits, const std::vector<std::pair<std::string, Cost>>& costs) {
    const bool same_kernel = limits.kernel == this_kernel();
    if (!same_kernel)
        fmt::print("this is kernel {}, the limits are those of {}: only instructions as compiled are compared\n",
                   this_kernel(), limits.kernel);
    fmt::print("{:<14} {:>8} {:>8}   {:>8} {:>8}   {:>8} {:>8}\n", "program", "compiled", "limit", "xlated", "limit",
               "jited", "limit");
    bool failed = costs.size() != limits.programs.size(), lower = false;
    for (const auto& [name, cost] : costs) {
        const auto found = limits.programs.find(name);
        if (found == limits.programs.end()) {
            fmt::print("{:<14} has no limit\n", name);
            failed = true;
            continue;
        }
        const Cost& limit = found->second;
        Comparison comparison;
        comparison.add(cost.compiled, limit.compiled);
        if (same_kernel) {
            comparison.add(cost.xlated, limit.xlated);
            comparison.add(cost.jited, limit.jited);
        }
        failed = failed || comparison.above;
        lower = lower || comparison.below;
        fmt::print("{:<14} {:>8} {:>8}   {:>8} {:>8}   {:>8} {:>8}{}\n", name, cost.compiled, limit.compiled,
                   cost.xlated, limit.xlated, cost.jited, limit.jited,
                   comparison.above   ? "  TOO MUCH"
                   : comparison.below ? "  the limit can be lowered"
                                      : "");
    }
    if (failed)
        fmt::print(
            "programs cost more than tests/cost/limits.txt allows, or the list has changed. If that is meant, say "
            "why in the commit and declare it: cost --rewrite tests/cost/limits.txt\n");
    else if (lower)
        fmt::print("some cost less: keep it so with: cost --rewrite tests/cost/limits.txt\n");
    return failed ? 1 : 0;
}

int run(const char* path, bool rewrite) {
    if (geteuid() != 0) {
        fmt::print("skipped: loading programs needs root\n");
        return skipped;
    }
    std::vector<std::pair<std::string, Cost>> costs;
    for (const test::LiveSpec& spec : programs()) {
        const auto program = test::LiveProgram::load(spec);
        if (!program) {
            fmt::print("{}: {}\n", spec.name, program.error().text);
            return 1;
        }
        const test::ProgramSize size = (*program)->size();
        costs.emplace_back(spec.name, Cost{size.compiled, size.xlated, size.jited});
    }
    if (rewrite)
        return write_limits(path, costs) ? 0 : 1;
    const auto limits = read_limits(path);
    if (!limits) {
        fmt::print("{} cannot be read; make it with: cost --rewrite {}\n", path, path);
        return 1;
    }
    return compare(*limits, costs);
}

} // namespace
} // namespace pfq::cost

int main(int argc, char** argv) {
    const bool rewrite = argc == 3 && std::strcmp(argv[1], "--rewrite") == 0;
    if (argc != 2 && !rewrite) {
        std::fputs("usage: cost [--rewrite] FILE\n", stderr);
        return 2;
    }
    return pfq::cost::run(argv[argc - 1], rewrite);
}
