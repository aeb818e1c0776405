// The vocabulary is documented, its examples compile, and the corpus exercises every name of it.
#include "lang/names/modules.hpp"
#include "lang/syntax/visit.hpp"
#include "tests/corpus/executions.hpp"
#include <algorithm>
#include <gtest/gtest.h>

namespace {

using namespace pfq;
using namespace pfq::test;

/// The names of values that programs can write.
std::vector<const lang::Global*> public_names(const lang::LoadedModule& module) {
    std::vector<const lang::Global*> out;
    for (const auto& global : module.globals)
        if (!global->name.starts_with("prim_"))
            out.push_back(global.get());
    return out;
}

std::string example_of(const lang::Global& global) {
    const std::string& text = global.binding->documentation;
    const std::string mark = "Example: ";
    const auto at = text.find(mark);
    return at == std::string::npos ? "" : text.substr(at + mark.size(), text.find('\n', at) - at - mark.size());
}

void collect(const lang::Expr& expr, std::set<std::string>& names) {
    std::visit(
        [&]<class Node>(const Node& node) {
            if constexpr (std::is_same_v<Node, lang::Var>)
                names.insert(node.name.text);
            else if constexpr (requires { node.op; })
                names.insert(node.op.text);
        },
        expr.node);
    for_each_child(expr, [&](const lang::Expr& child) { collect(child, names); });
}

/// What a program mentions and does not define itself.
std::set<std::string> names_in(const std::string& program) {
    lang::SourceSet sources;
    lang::Diagnostics diagnostics;
    const auto module = lang::parse_layout(sources, sources.add("program", program), diagnostics);
    std::set<std::string> names;
    if (!module)
        return names;
    for (const lang::Binding& binding : module->bindings)
        for_each_child(binding, [&](const lang::Expr& expr) { collect(expr, names); });
    for (const lang::Binding& binding : module->bindings)
        names.erase(binding.name.text);
    return names;
}

struct Exercised {
    std::set<std::string> somewhere;
    std::set<std::string> both_ways; ///< in a program whose packets do not all end the same
};

const Exercised& exercised() {
    static const Exercised found = [] {
        Exercised out;
        for (const auto& file : case_files())
            for (const ProgramCase& program : read_cases(file)) {
                const auto pipeline = compile_program(program.program, true);
                if (!pipeline)
                    continue; // the test of the cases reports it
                const auto names = names_in(program.program);
                out.somewhere.insert(names.begin(), names.end());
                std::vector<Outcome> outcomes;
                for (const PacketCase& packet : program.packets) {
                    outcomes.push_back(run_reference(*pipeline, program, packet.packet));
                    if (outcomes.back() != outcomes.front())
                        out.both_ways.insert(names.begin(), names.end());
                }
            }
        return out;
    }();
    return found;
}

TEST(coverage, names_are_documented) {
    for (const lang::Global* global : public_names(lang::builtins().vocabulary())) {
        EXPECT_FALSE(global->binding->documentation.empty()) << global->name << " has no documentation";
        EXPECT_TRUE(global->binding->signature) << global->name << " has no signature";
    }
}

TEST(coverage, examples_compile) {
    for (const lang::Global* global : public_names(lang::builtins().vocabulary())) {
        const std::string example = example_of(*global);
        EXPECT_FALSE(example.empty()) << global->name << " has no example";
        if (example.empty())
            continue;
        const auto pipeline = compile_program(example, true);
        EXPECT_TRUE(pipeline) << "example of " << global->name << "\n" << pipeline.error();
        EXPECT_TRUE(names_in(example).contains(global->name))
            << "the example of " << global->name << " does not mention it: " << example;
    }
}

TEST(coverage, names_have_a_match_and_a_miss) {
    for (const lang::Global* global : public_names(lang::builtins().vocabulary()))
        EXPECT_TRUE(exercised().both_ways.contains(global->name))
            << global->name << ": no case whose packets end in different ways mentions it";
}

TEST(coverage, prelude_is_exercised) {
    for (const lang::Global* global : public_names(lang::builtins().prelude()))
        EXPECT_TRUE(exercised().somewhere.contains(global->name)) << global->name << ": no case mentions it";
}

} // namespace
