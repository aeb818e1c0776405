#include "engine/filter/berkeley.hpp"

#include <gmock/gmock.h>

namespace pfq::engine {
namespace {

const std::vector<std::uint8_t> udp = {0x45, 0, 0,  28, 0, 0, 0, 0,  64, 17, 0, 0, 10, 0,
                                       0,    1, 10, 0,  0, 2, 0, 53, 4,  0,  0, 8, 0,  0};

std::vector<std::uint8_t> ethernet(const std::vector<std::uint8_t>& payload) {
    std::vector<std::uint8_t> frame(14);
    frame[12] = 8;
    frame.insert(frame.end(), payload.begin(), payload.end());
    return frame;
}

bool matches(const std::string& text, std::uint16_t link_type, const std::vector<std::uint8_t>& bytes) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    return BerkeleyFilter::compile(text, link_type).value()->matches(bytes.data(), length, length);
}

TEST(berkeley, is_compiled_for_the_link_type) {
    for (const char* text : {"udp port 53", "src host 10.0.0.1", "ip"}) {
        EXPECT_TRUE(matches(text, 1, ethernet(udp))) << text;
        EXPECT_TRUE(matches(text, 101, udp)) << text;
        EXPECT_TRUE(matches(text, 228, udp)) << text;
    }
    EXPECT_FALSE(matches("tcp", 1, ethernet(udp)));
    EXPECT_FALSE(matches("port 54", 101, udp));
}

TEST(berkeley, sees_the_length_on_the_wire) {
    const auto filter = BerkeleyFilter::compile("greater 1000", 101).value();
    EXPECT_TRUE(filter->matches(udp.data(), 28, 1500));
    EXPECT_FALSE(filter->matches(udp.data(), 28, 28));
}

TEST(berkeley, errors_quote_the_filter) {
    const auto filter = BerkeleyFilter::compile("tcp prot 80", 1);
    ASSERT_FALSE(filter);
    EXPECT_THAT(filter.error(), testing::HasSubstr("invalid filter 'tcp prot 80': "));
}

TEST(berkeley, long_programs_are_refused) {
    std::string text = "ip[0] = 1";
    for (int i = 0; i < 3000; ++i)
        text += " or ip[" + std::to_string(i) + "] = " + std::to_string(i % 250);
    const auto filter = BerkeleyFilter::compile(text, 1);
    ASSERT_FALSE(filter);
    EXPECT_THAT(filter.error(), testing::HasSubstr("more than 4096"));
}

} // namespace
} // namespace pfq::engine
