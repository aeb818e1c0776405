// A pipeline as LLVM IR: one function over scalars that calls the primitives of datapath/ for everything else.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <cstdint>
#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace pfq::codegen {

struct IrOptions {
    bool native = true;  ///< may use loops over constant tables (run-time primitives of native.c)
    bool inlined = true; ///< the function becomes part of its callers
    bool stored = false; ///< eBPF: every node is computed once, at the start, and kept in memory
    std::vector<std::uint32_t>
        targets; ///< numbers that forwarding uses instead of those of Pipeline::devices; empty: those
    std::vector<std::uint32_t>
        tables;               ///< numbers of run-time tables instead of those of Pipeline::tables; empty: those
    unsigned first_table = 0; ///< added to those of Pipeline::tables: they count through a request
};

/// Adds `void name(struct pfq_eval *)` to the module, and as many parts of the same type as the answer names, when
/// nodes are stored. For each of them, PART, it calls `void part_body(PART)(context)`, which has to be written. The
/// pipeline must be sound (lang::check). Recursion follows the depth of the pipeline: call it with a stack of about 1
/// KiB per node.
std::vector<std::string> generate(llvm::Module& module, const lang::Pipeline& pipeline, const std::string& name,
                                  const IrOptions& options);

/// The function that runs a part.
[[nodiscard]] std::string part_body(const std::string& part);

} // namespace pfq::codegen
