// Runs a pipeline natively and in the reference evaluator.
#pragma once
#include "codegen/compiler.hpp"
#include "codegen/loader.hpp"
#include "lang/pipeline/limits.hpp"
#include "lang/reference/evaluate.hpp"
#include "tests/support/test_packet.hpp"
#include <array>
#include <string>
#include <vector>

namespace pfq::test {

/// Groups in native code. Throws std::runtime_error with the compiler's words.
class Native {
public:
    explicit Native(const lang::Pipeline& pipeline, codegen::Shape shape = codegen::Shape::automatic);
    /// Several groups, as the request says: without the filter entry, Result::accepted follows from the verdict.
    explicit Native(const codegen::Request& request);

    struct Result {
        lang::Verdict verdict;
        bool accepted = false; ///< by the filter
        std::vector<std::string> log;
        std::array<std::uint64_t, lang::max_counters> counters{};
    };
    /// One packet through the batch entry and the filter entry of a group.
    [[nodiscard]] Result run(const TestPacket& packet, std::size_t group = 0) const;

    [[nodiscard]] const codegen::Compiled& compiled() const { return compiled_; }
    [[nodiscard]] const codegen::NativeProgram& program() const { return program_; }

private:
    codegen::Compiled compiled_;
    codegen::NativeProgram program_;
};

/// The same by the reference evaluator.
[[nodiscard]] Native::Result run_reference(const lang::Pipeline& pipeline, const TestPacket& packet);
/// The same with tables, devices and messages numbered as in another pipeline, which has those that matter.
[[nodiscard]] Native::Result run_reference(const lang::Pipeline& pipeline, const TestPacket& packet,
                                           const lang::Pipeline& numbers);

/// The world of both: device number i of a program is device i + 1; a table holds the keys whose hash is even.
[[nodiscard]] bool table_holds(std::size_t table, const lang::TableKey& key);

/// Readable difference, for failure messages.
[[nodiscard]] std::string show(const Native::Result& result);
[[nodiscard]] bool same(const Native::Result& a, const Native::Result& b);

} // namespace pfq::test
