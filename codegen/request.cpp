#include "codegen/request.hpp"
#include "datapath/abi.h"

namespace pfq::codegen {

namespace {

constexpr std::string_view request_magic = "pfqREQ02";
constexpr std::string_view reply_magic = "pfqREP01";
constexpr std::uint64_t max_groups = 64;

void put(std::string& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

void put(std::string& out, std::string_view text) {
    put(out, text.size(), 8);
    out += text;
}

/// Reads what `put` wrote; once it fails it stays failed.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t number(unsigned bytes) {
        const std::string_view raw = take(bytes);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < raw.size(); ++i)
            value |= std::uint64_t{static_cast<unsigned char>(raw[i])} << (8 * i);
        return value;
    }
    std::uint8_t at_most(std::uint8_t limit) {
        const auto value = number(1);
        good_ = good_ && value <= limit;
        return static_cast<std::uint8_t>(value);
    }
    std::string text() { return std::string(take(number(8))); }
    std::string_view take(std::uint64_t size) {
        good_ = good_ && size <= rest_.size();
        if (!good_)
            return {};
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    void expect(std::string_view magic) { good_ = take(magic.size()) == magic && good_; }
    bool good() const { return good_; }
    bool complete() const { return good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool good_ = true;
};

} // namespace

std::string encode(const Request& request) {
    std::string out(request_magic);
    put(out, PFQ_ABI_VERSION, 4);
    put(out, static_cast<unsigned>(request.target), 1);
    put(out, static_cast<unsigned>(request.emit), 1);
    put(out, static_cast<unsigned>(request.shape), 1);
    put(out,
        (request.batch ? 1U : 0U) | (request.filter ? 2U : 0U) | (request.live ? 4U : 0U) |
            (request.multi_buffer ? 8U : 0U),
        1);
    put(out, request.cpu);
    put(out, request.groups.size(), 4);
    for (const auto& group : request.groups)
        put(out, lang::serialise(group));
    put(out, request.ring_classes, 4);
    put(out, request.numbers.size(), 4);
    for (const std::uint32_t number : request.numbers)
        put(out, number, 4);
    put(out, request.queues.size(), 4);
    for (const std::uint64_t mask : request.queues)
        put(out, mask, 8);
    for (const auto* lists : {&request.targets, &request.tables}) {
        put(out, lists->size(), 4);
        for (const auto& list : *lists) {
            put(out, list.size(), 4);
            for (const std::uint32_t number : list)
                put(out, number, 4);
        }
    }
    return out;
}

std::expected<Request, std::string> decode_request(std::string_view bytes) {
    Reader in(bytes);
    in.expect(request_magic);
    if (!in.good())
        return std::unexpected("not a request of this version");
    if (in.number(4) != PFQ_ABI_VERSION || !in.good())
        return std::unexpected("a request for another version of the data path");
    Request request;
    request.target = static_cast<Target>(in.at_most(static_cast<std::uint8_t>(Target::bpf_tc)));
    request.emit = static_cast<Emit>(in.at_most(static_cast<std::uint8_t>(Emit::assembly)));
    request.shape = static_cast<Shape>(in.at_most(static_cast<std::uint8_t>(Shape::stored)));
    const auto entries = in.at_most(15);
    request.batch = entries & 1;
    request.filter = entries & 2;
    request.live = entries & 4;
    request.multi_buffer = entries & 8;
    request.cpu = in.text();
    const auto count = in.number(4);
    if (!in.good() || count > max_groups)
        return std::unexpected("a malformed request");
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string group = in.text();
        request.groups.emplace_back();
        if (!in.good() || !lang::deserialise(group, request.groups.back()))
            return std::unexpected("group " + std::to_string(i) + " of the request is malformed");
    }
    request.ring_classes = static_cast<std::uint32_t>(in.number(4));
    const auto numbers = in.number(4);
    if (!in.good() || (numbers != 0 && numbers != count))
        return std::unexpected("a request without a number for each group");
    for (std::uint64_t i = 0; i < numbers; ++i)
        request.numbers.push_back(static_cast<std::uint32_t>(in.number(4)));
    const auto masks = in.number(4);
    if (!in.good() || (masks != 0 && masks != count))
        return std::unexpected("a request without queues for each group");
    for (std::uint64_t i = 0; i < masks; ++i)
        request.queues.push_back(in.number(8));
    const auto read_lists = [&](std::vector<std::vector<std::uint32_t>>& lists, auto wanted) {
        const auto size = in.number(4);
        if (!in.good() || (size != 0 && size != count))
            return false;
        for (std::uint64_t i = 0; i < size; ++i) {
            const auto amount = in.number(4);
            if (!in.good() || amount != wanted(request.groups[i]))
                return false;
            auto& list = lists.emplace_back();
            for (std::uint64_t n = 0; n < amount; ++n)
                list.push_back(static_cast<std::uint32_t>(in.number(4)));
        }
        return true;
    };
    if (!read_lists(request.targets, [](const lang::Pipeline& group) { return group.devices.size(); }))
        return std::unexpected("a request without a target for each device of each group");
    if (!read_lists(request.tables, [](const lang::Pipeline& group) { return group.tables.size(); }))
        return std::unexpected("a request without a number for each table of each group");
    for (std::size_t i = 0; i < request.numbers.size(); ++i)
        if (request.numbers[i] >= max_groups || (i != 0 && request.numbers[i] <= request.numbers[i - 1]))
            return std::unexpected("a request whose groups are not numbered in ascending order");
    if (!in.complete())
        return std::unexpected("a request with bytes behind its end");
    return request;
}

std::string encode(const Reply& reply) {
    std::string out(reply_magic);
    put(out, reply.ok ? 1 : 0, 1);
    put(out, reply.build);
    for (const std::uint32_t time :
         {reply.timings.generate, reply.timings.link, reply.timings.optimise, reply.timings.emit})
        put(out, time, 4);
    put(out, reply.output);
    return out;
}

std::expected<Reply, std::string> decode_reply(std::string_view bytes) {
    Reader in(bytes);
    in.expect(reply_magic);
    Reply reply;
    reply.ok = in.at_most(1) == 1;
    reply.build = in.text();
    for (std::uint32_t* time :
         {&reply.timings.generate, &reply.timings.link, &reply.timings.optimise, &reply.timings.emit})
        *time = static_cast<std::uint32_t>(in.number(4));
    reply.output = in.text();
    if (!in.complete())
        return std::unexpected("the compile helper gave a malformed reply");
    return reply;
}

} // namespace pfq::codegen
