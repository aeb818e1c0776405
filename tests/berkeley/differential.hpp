// A filter in three executions: libpcap's interpreter, the reference evaluator, native code.
#pragma once
#include "codegen/compiler.hpp"
#include "codegen/loader.hpp"
#include "lang/berkeley/filter.hpp"
#include "lang/optimise/optimise.hpp"
#include "tests/support/test_packet.hpp"
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pfq::test {

using FilterProgram = std::vector<lang::berkeley::Instruction>;

/// What a filter returns, as far as a verdict tells: 0: rejected; 65,535: so many bytes or more.
[[nodiscard]] std::uint32_t by_libpcap(const FilterProgram& program, const pfq_packet& packet);
[[nodiscard]] std::uint32_t by_reference(const lang::Pipeline& pipeline, const pfq_packet& packet);

/// The filter in front of an empty computation. Throws std::runtime_error with the reason of a refusal.
[[nodiscard]] lang::Pipeline as_pipeline(const FilterProgram& program, bool optimised, const FilterProgram& plain = {});

/// Filters as groups of native objects.
class NativeFilters {
public:
    /// Throws std::runtime_error with the compiler's words.
    explicit NativeFilters(std::span<const lang::Pipeline> filters);

    /// For a verdict, through the batch entry.
    [[nodiscard]] std::uint32_t run(std::size_t filter, const pfq_packet& packet) const;
    /// Through the filter entry.
    [[nodiscard]] bool accepts(std::size_t filter, const pfq_packet& packet) const;

private:
    std::vector<codegen::NativeProgram> objects_;
};

/// A number of rounds, PFQ_ROUNDS times more and PFQ_FEWER times fewer by the environment.
[[nodiscard]] std::uint64_t rounds(std::uint64_t usual);

[[nodiscard]] std::string show(const FilterProgram& program);
[[nodiscard]] std::string show(const pfq_packet& packet);

} // namespace pfq::test
