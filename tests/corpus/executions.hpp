// The ways to run the program of a case: the reference evaluator and native code.
#pragma once
#include "codegen/loader.hpp"
#include "lang/compile.hpp"
#include "tests/corpus/case_file.hpp"
#include <expected>

namespace pfq::test {

/// The diagnostics are rendered when it does not compile.
[[nodiscard]] std::expected<lang::Pipeline, std::string> compile_program(const std::string& program, bool optimise);

/// What a log statement of the pipeline says, as cases write it.
[[nodiscard]] std::string event_text(const lang::Pipeline& pipeline, lang::LogKind kind, std::size_t message);

/// An outcome with the names of the devices that the verdict forwards to.
[[nodiscard]] Outcome name_devices(const lang::Verdict& verdict, const lang::Pipeline& pipeline);

[[nodiscard]] Outcome run_reference(const lang::Pipeline& pipeline, const ProgramCase& program,
                                    const TestPacket& packet);

/// Pipelines in native code, as many as there are. Throws std::runtime_error with the compiler's words.
class NativePrograms {
public:
    explicit NativePrograms(std::vector<lang::Pipeline> pipelines);

    /// The batch entry of pipeline `index`; std::runtime_error when the filter entry disagrees about acceptance.
    [[nodiscard]] Outcome run(std::size_t index, const ProgramCase& program, const TestPacket& packet) const;

private:
    std::vector<lang::Pipeline> pipelines_;
    std::vector<codegen::NativeProgram> objects_; ///< of up to NativeProgram::max_groups each
};

} // namespace pfq::test
