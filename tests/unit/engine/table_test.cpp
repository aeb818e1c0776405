#include "engine/table/table.hpp"
#include "engine/table/text.hpp"

#include <gmock/gmock.h>

namespace pfq::engine {
namespace {

using lang::TableKind;
using testing::HasSubstr;

NamedTable table(TableKind kind, std::string_view text) {
    return NamedTable::parse(text, kind, "t").value();
}
std::string error_of(TableKind kind, std::string_view text) {
    const auto parsed = NamedTable::parse(text, kind, "list.txt");
    return parsed ? "" : parsed.error();
}
pfq_table_key ipv4(std::uint32_t address) {
    pfq_table_key key{};
    key.low = address;
    return key;
}
pfq_table_key ipv6(std::uint64_t high, std::uint64_t low) {
    pfq_table_key key{};
    key.high = high;
    key.low = low;
    key.ipv6 = 1;
    return key;
}

TEST(table, addresses_and_prefixes) {
    const auto t = table(TableKind::address, "# bypass\n10.0.0.0/8\n 192.168.1.7 # one\r\n\n2001:db8::/33\n::1\n");
    EXPECT_TRUE(t.contains(ipv4(0x0a000000)));
    EXPECT_TRUE(t.contains(ipv4(0x0affffff)));
    EXPECT_FALSE(t.contains(ipv4(0x0b000000)));
    EXPECT_FALSE(t.contains(ipv4(0x09ffffff)));
    EXPECT_TRUE(t.contains(ipv4(0xc0a80107)));
    EXPECT_FALSE(t.contains(ipv4(0xc0a80108)));
    EXPECT_TRUE(t.contains(ipv6(0x20010db87fffffff, ~std::uint64_t{0})));
    EXPECT_FALSE(t.contains(ipv6(0x20010db880000000, 0)));
    EXPECT_TRUE(t.contains(ipv6(0, 1)));
    EXPECT_FALSE(t.contains(ipv4(1)));
}

TEST(table, host_bits_of_a_prefix_are_ignored_and_prefixes_may_overlap) {
    const auto t = table(TableKind::address, "10.1.2.3/16\n10.1.0.0/24\n10.1.255.255\n0.0.0.0/32\n");
    EXPECT_TRUE(t.contains(ipv4(0x0a01ffff)));
    EXPECT_TRUE(t.contains(ipv4(0x0a010200)));
    EXPECT_FALSE(t.contains(ipv4(0x0a020000)));
    EXPECT_TRUE(t.contains(ipv4(0)));
}

TEST(table, the_whole_address_space) {
    const auto t = table(TableKind::address, "0.0.0.0/0\n::/0\n");
    EXPECT_TRUE(t.contains(ipv4(~0U)));
    EXPECT_TRUE(t.contains(ipv6(~std::uint64_t{0}, ~std::uint64_t{0})));
}

// Against a plain search through all prefixes.
TEST(table, many_prefixes_agree_with_a_linear_search) {
    struct Prefix {
        std::uint32_t address;
        unsigned length;
    };
    std::vector<Prefix> prefixes;
    std::string text;
    std::uint32_t x = 1;
    const auto next = [&] { return x = x * 1664525 + 1013904223; };
    for (int i = 0; i < 500; ++i) {
        const Prefix p{next(), 6 + (next() >> 24) % 27};
        prefixes.push_back(p);
        text += std::to_string(p.address >> 24) + "." + std::to_string(p.address >> 16 & 255) + "." +
                std::to_string(p.address >> 8 & 255) + "." + std::to_string(p.address & 255) + "/" +
                std::to_string(p.length) + "\n";
    }
    const auto t = table(TableKind::address, text);
    for (int i = 0; i < 20000; ++i) {
        const std::uint32_t address =
            i % 2 ? next() : prefixes[static_cast<std::size_t>(i) % 500].address ^ (next() >> 20);
        const bool expected = std::ranges::any_of(
            prefixes, [&](const Prefix& p) { return (address ^ p.address) >> (32 - p.length) == 0; });
        ASSERT_EQ(t.contains(ipv4(address)), expected) << address;
    }
}

TEST(table, ports_and_ranges) {
    const auto t = table(TableKind::port, "443\n8000-8010\n0\n65535\n");
    for (const unsigned port : {443U, 8000U, 8005U, 8010U, 0U, 65535U})
        EXPECT_TRUE(t.contains(ipv4(port))) << port;
    for (const unsigned port : {442U, 7999U, 8011U, 65536U})
        EXPECT_FALSE(t.contains(ipv4(port))) << port;
}

TEST(table, flows_match_in_both_directions) {
    const auto t = table(TableKind::flow, "tcp 10.0.0.1:80 10.0.0.2:1234\nudp [2001:db8::2]:53 [2001:db8::1]:5353\n");
    pfq_table_key key{.high = 0,
                      .low = 0x0a000001,
                      .high2 = 0,
                      .low2 = 0x0a000002,
                      .port = 80,
                      .port2 = 1234,
                      .protocol = 6,
                      .ipv6 = 0,
                      .reserved = 0};
    EXPECT_TRUE(t.contains(key));
    std::swap(key.low, key.low2);
    EXPECT_FALSE(t.contains(key)) << "ports belong to their ends";
    std::swap(key.port, key.port2);
    EXPECT_TRUE(t.contains(key));
    key.protocol = 17;
    EXPECT_FALSE(t.contains(key));
    const pfq_table_key six{.high = 0x20010db800000000,
                            .low = 1,
                            .high2 = 0x20010db800000000,
                            .low2 = 2,
                            .port = 5353,
                            .port2 = 53,
                            .protocol = 17,
                            .ipv6 = 1,
                            .reserved = 0};
    EXPECT_TRUE(t.contains(six));
}

TEST(table, errors_name_file_and_line) {
    EXPECT_THAT(error_of(TableKind::address, "10.0.0.1\n10.0.0.256\n"),
                HasSubstr("list.txt:2: invalid entry '10.0.0.256'"));
    EXPECT_THAT(error_of(TableKind::address, "10.0.0.0/33"), HasSubstr("from 0 to 32"));
    EXPECT_THAT(error_of(TableKind::address, "::/129"), HasSubstr("from 0 to 128"));
    EXPECT_THAT(error_of(TableKind::address, "443"), HasSubstr("write an address"));
    EXPECT_THAT(error_of(TableKind::port, "\n\n70000"), HasSubstr("list.txt:3: "));
    EXPECT_THAT(error_of(TableKind::port, "9-8"), HasSubstr("range of ports"));
    EXPECT_THAT(error_of(TableKind::flow, "tcp 10.0.0.1:80"), HasSubstr("write a flow like"));
    EXPECT_THAT(error_of(TableKind::flow, "gre 10.0.0.1:80 10.0.0.2:1"), HasSubstr("write a flow like"));
    EXPECT_THAT(error_of(TableKind::flow, "tcp 10.0.0.1:80 [::1]:1"), HasSubstr("one address family"));
    EXPECT_THAT(error_of(TableKind::flow, "tcp 2001:db8::1:80 [::1]:1"), HasSubstr("write a flow like"));
}

TEST(table, its_entries_are_as_given) {
    std::string all;
    const auto prefixes = table(TableKind::address, "10.1.2.3/8\n10.1.0.0/16\n::1\n2001:db8::1/32");
    for (const TablePrefix& prefix : prefixes.prefixes())
        all += to_text(prefix) + " ";
    EXPECT_EQ(all, "10.0.0.0/8 10.1.0.0/16 ::1 2001:db8::/32 ");
    EXPECT_EQ(table(TableKind::port, "443\n80-81").ports(), (std::vector<std::uint32_t>{80, 81, 443}));
    const auto flow = [](std::string_view text) { return to_text(table(TableKind::flow, text).flows().front()); };
    EXPECT_EQ(flow("tcp 10.0.0.2:1234 10.0.0.1:80"), "tcp 10.0.0.1:80 10.0.0.2:1234");
    EXPECT_EQ(flow("udp [2001:db8::1]:53 [::1]:5353"), "udp [::1]:5353 [2001:db8::1]:53");
}

TEST(table, a_file_that_cannot_be_read_is_an_error) {
    const auto loaded = NamedTable::load("/nonexistent/table", TableKind::port);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error(), HasSubstr("/nonexistent/table: No such file or directory"));
}

} // namespace
} // namespace pfq::engine
