// The ladder of loading: what one form of a program runs into, another may not.
#include "engine/live/load.hpp"
#include "engine/live/program.hpp"
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

using namespace pfq;
using namespace pfq::engine;
using namespace pfq::engine::live;
using codegen::Shape;

Error too_large(const std::string& text = "too large") {
    return {.text = text, .rejected = true, .form = true};
}

TEST(load, takes_the_first_shape_when_the_kernel_does) {
    unsigned tried = 0;
    const auto shape = try_shapes({}, [&](const codegen::Request&) -> Result<void> { return ++tried, Result<void>{}; });
    ASSERT_TRUE(shape);
    EXPECT_EQ(*shape, Shape::automatic);
    EXPECT_EQ(tried, 1U);
}

TEST(load, goes_on_to_the_next_shape_when_the_form_is_refused) {
    std::vector<Shape> tried;
    const auto shape = try_shapes({}, [&](const codegen::Request& request) -> Result<void> {
        tried.push_back(request.shape);
        return request.shape == Shape::inlined ? Result<void>{} : std::unexpected(too_large());
    });
    ASSERT_TRUE(shape);
    EXPECT_EQ(*shape, Shape::inlined);
    EXPECT_EQ(tried, (std::vector{Shape::automatic, Shape::stored, Shape::outlined, Shape::inlined}));
}

TEST(load, begins_with_the_shape_that_is_asked_for) {
    std::vector<Shape> tried;
    codegen::Request request;
    request.shape = Shape::inlined;
    const auto shape = try_shapes(request, [&](const codegen::Request& form) -> Result<void> {
        tried.push_back(form.shape);
        return std::unexpected(too_large("the last words"));
    });
    ASSERT_FALSE(shape);
    EXPECT_EQ(shape.error().text, "the last words");
    EXPECT_EQ(tried, (std::vector{Shape::inlined, Shape::automatic, Shape::stored, Shape::outlined}));
}

TEST(load, does_not_repeat_what_no_form_can_mend) {
    unsigned tried = 0;
    const auto shape = try_shapes({}, [&](const codegen::Request&) -> Result<void> {
        ++tried;
        return std::unexpected(Error{.text = "no permission"});
    });
    ASSERT_FALSE(shape);
    EXPECT_EQ(shape.error().text, "no permission");
    EXPECT_EQ(tried, 1U);
}

TEST(load, names_the_largest_group) {
    codegen::Request request;
    request.groups.resize(3);
    request.numbers = {4, 7, 9};
    request.groups[1].nodes.resize(12, lang::Node{.op = lang::Op::constant});
    request.groups[2].nodes.resize(5, lang::Node{.op = lang::Op::constant});
    EXPECT_EQ(largest_group(request), "the computation of group 7 (12 of 17 nodes)");
}

/// Counts packets by `words` comparisons of the frame's words with numbers, each a branch of its own.
lang::Pipeline comparisons(std::uint64_t words) {
    lang::Pipeline pipeline;
    const auto add = [&](lang::Node node) {
        pipeline.nodes.push_back(node);
        return static_cast<lang::NodeId>(pipeline.nodes.size() - 1);
    };
    for (std::uint64_t i = 0; i < words; ++i) {
        const auto at = add({.op = lang::Op::constant, .imm = i});
        const auto load =
            add({.op = lang::Op::load, .sub = 4, .a = at, .imm = static_cast<std::uint64_t>(lang::Base::l4)});
        const auto equal = add({.op = lang::Op::eq, .a = load, .b = at});
        const lang::Stmt count{.kind = lang::Stmt::Kind::count, .sub = 1, .imm = i % 64, .body = {}, .other = {}};
        pipeline.body.push_back({.kind = lang::Stmt::Kind::branch, .a = equal, .body = {count}, .other = {}});
    }
    return pipeline;
}

codegen::Request request_of(std::vector<lang::Pipeline> groups) {
    codegen::Request request;
    request.target = codegen::Target::bpf_xdp;
    request.groups = std::move(groups);
    return request;
}

class load_into_kernel : public testing::Test {
protected:
    void SetUp() override {
        if (geteuid() != 0)
            GTEST_SKIP() << "loading eBPF programs needs root";
    }
};

TEST_F(load_into_kernel, what_one_form_is_too_large_for_loads_in_another) {
    auto request = request_of({comparisons(300)});
    ASSERT_EQ(lang::check(request.groups[0]), "");
    request.shape = Shape::inlined;
    const auto loaded = load(request, {});
    ASSERT_TRUE(loaded) << loaded.error().text;
    EXPECT_NE(loaded->shape, Shape::inlined); // more than a million instructions to verify
    EXPECT_LT(verified_instructions(loaded->object.program()), most_verified);
}

TEST_F(load_into_kernel, what_no_form_is_small_enough_for_is_refused_with_its_size) {
    auto request = request_of({comparisons(3), comparisons(20)});
    request.numbers = {2, 5};
    const auto small = request_of({comparisons(1)});
    const auto fits = load(small, {});
    ASSERT_TRUE(fits) << fits.error().text;
    const std::uint32_t limit = verified_instructions(fits->object.program());
    const auto loaded = load(request, {}, limit);
    ASSERT_FALSE(loaded) << verified_instructions(loaded->object.program());
    EXPECT_TRUE(loaded.error().rejected);
    const std::string told = "the limit is " + std::to_string(limit);
    for (const char* said : {"too large for the kernel in every form", told.c_str(), "group 5 (60 of 69 nodes)",
                             "bind some of the groups to other devices"})
        EXPECT_NE(loaded.error().text.find(said), std::string::npos) << said << " in: " << loaded.error().text;
    EXPECT_TRUE(load(small, {}, limit)); // the way out: less in one program
}

} // namespace
