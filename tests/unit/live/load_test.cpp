// The ladder of loading: what one form of a program runs into, another may not.
#include "engine/live/load.hpp"
#include <gtest/gtest.h>

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
    EXPECT_EQ(tried, (std::vector{Shape::automatic, Shape::outlined, Shape::stored, Shape::inlined}));
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
    EXPECT_EQ(tried, (std::vector{Shape::inlined, Shape::automatic, Shape::outlined, Shape::stored}));
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

} // namespace
