// The vocabulary itself is well typed, documented, and its examples compile.
#include "lang/names/modules.hpp"
#include "lang/types/infer.hpp"
#include "tests/unit/lang/compiled.hpp"

namespace pfq::test {

TEST(Vocabulary, BodiesHaveTheTypesOfTheirSignatures) {
    for (const auto& module : lang::builtins().modules) {
        lang::Diagnostics diagnostics;
        lang::SourceSet sources;
        const lang::ModuleLoader loader;
        lang::ModuleSet modules(sources, loader, diagnostics);
        lang::Inference(modules, diagnostics).run_builtin(*module);
        for (const auto& d : diagnostics)
            ADD_FAILURE() << module->name << " at byte " << d.primary.span.begin << ": " << d.message;
    }
}

TEST(Vocabulary, EveryNameIsDocumentedWithAnExampleThatCompiles) {
    std::size_t names = 0;
    for (const auto& global : lang::builtins().vocabulary().globals) {
        if (global->name.starts_with("prim_"))
            continue;
        ++names;
        const std::string& text = global->binding->documentation;
        const auto at = text.find("Example:");
        EXPECT_GT(at, 4u) << global->name << " has no documentation";
        ASSERT_NE(at, std::string::npos) << global->name << " has no example";
        const std::string example = text.substr(at + 8);
        const Compiled compiled(example);
        EXPECT_EQ(compiled.errors(), "") << global->name;
        EXPECT_NE(example.find(global->name), std::string::npos) << global->name << " is not in its example";
        if (compiled.result) {
            EXPECT_EQ(lang::check(compiled.result->pipeline), "") << global->name;
        }
    }
    EXPECT_GT(names, 250u);
}

} // namespace pfq::test
