#include "engine/socket.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "engine/contains.hpp"
#include "engine/numbers.hpp"
#include "lang/pipeline/pipeline.hpp"

namespace pfq::engine {
namespace {

std::expected<std::uint64_t, std::string> parse_classes(std::string_view text) {
    std::uint64_t mask = 0;
    for (const auto part : split(text, '+')) {
        if (part == "default")
            mask |= lang::class_default;
        else if (part == "any")
            mask |= lang::class_any;
        else if (part == "control")
            mask |= std::uint64_t{1} << class_control;
        else if (const auto number = parse_number<unsigned>(part, 0, max_classes - 1))
            mask |= std::uint64_t{1} << *number;
        else
            return std::unexpected(fmt::format("invalid class '{}': use a number from 0 to {}, default, control or any",
                                               part, max_classes - 1));
    }
    return mask;
}

bool is_name(std::string_view text) {
    return !text.empty() && text[0] != '.' && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) || c == '_' || c == '-' || c == '.';
    });
}

std::expected<SocketSpec, std::string> parse_socket(std::string_view text) {
    const auto parts = split(text, ':');
    SocketSpec socket{.name = std::string(parts[0])};
    if (parts.size() > 3)
        return std::unexpected(fmt::format("invalid socket '{}': write name:weight:class+class", text));
    if (!is_name(parts[0]))
        return std::unexpected(
            fmt::format("invalid socket name '{}': use letters, digits, '_', '-' and '.', not '.' first", parts[0]));
    if (parts.size() > 1) {
        const auto weight = parse_number<unsigned>(parts[1], 1, max_weight);
        if (!weight)
            return std::unexpected(fmt::format("invalid weight '{}' of socket {}: use a number from 1 to {}", parts[1],
                                               parts[0], max_weight));
        socket.weight = *weight;
    }
    if (parts.size() > 2) {
        const auto mask = parse_classes(parts[2]);
        if (!mask)
            return std::unexpected(mask.error() + fmt::format(" (socket {})", parts[0]));
        socket.class_mask = *mask;
    }
    return socket;
}

} // namespace

std::expected<std::vector<SocketSpec>, std::string> parse_sockets(std::string_view text) {
    const std::string limit = fmt::format("a group has 1 to {} sockets", max_eligible);
    if (!text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); })) {
        const auto count = parse_number<unsigned>(text, 1, max_eligible);
        if (!count)
            return std::unexpected(fmt::format("invalid number of sockets '{}': {}", text, limit));
        return std::vector<SocketSpec>(*count);
    }
    std::vector<SocketSpec> sockets;
    for (const auto part : split(text, ',')) {
        auto socket = parse_socket(part);
        if (!socket)
            return std::unexpected(socket.error());
        if (contains(sockets, socket->name, &SocketSpec::name))
            return std::unexpected(fmt::format("socket {} is given twice", socket->name));
        sockets.push_back(std::move(*socket));
    }
    if (sockets.size() > max_eligible)
        return std::unexpected(fmt::format("{} sockets are too many: {}", sockets.size(), limit));
    return sockets;
}

} // namespace pfq::engine
