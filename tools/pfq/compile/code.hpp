// A pipeline as code: --emit=llvm, asm and bpf.
#pragma once
#include <expected>
#include <string>

#include "codegen/compiler.hpp"
#include "lang/pipeline/pipeline.hpp"
#include "tools/pfq/compile/job.hpp"

namespace pfq::tools {

/// Text (llvm, asm) or the bytes of an ELF object (bpf) for the job's target.
[[nodiscard]] std::expected<std::string, codegen::CompileError> generate_code(const CompileJob& job,
                                                                              const lang::Pipeline& pipeline);

} // namespace pfq::tools
