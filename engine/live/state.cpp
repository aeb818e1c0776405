#include "engine/live/state.hpp"

#include <algorithm>

namespace pfq::engine::live {

const char* name(Direction direction) {
    return direction == Direction::in ? "in" : "out";
}

const char* name(Ownership ownership) {
    return ownership == Ownership::observe ? "observe" : "own";
}

const char* name(Mode mode) {
    static constexpr const char* names[] = {"auto", "native", "tc", "generic"};
    return names[static_cast<unsigned>(mode)];
}

const char* name(Policy policy) {
    static constexpr const char* names[] = {"private", "restricted", "shared"};
    return names[static_cast<unsigned>(policy)];
}

Group* State::group(unsigned number) {
    const auto found = std::ranges::find(groups, number, &Group::number);
    return found == groups.end() ? nullptr : &*found;
}

Socket* State::socket(unsigned slot) {
    const auto found = std::ranges::find(sockets, slot, &Socket::slot);
    return found == sockets.end() ? nullptr : &*found;
}

Device* State::device(unsigned ifindex, Direction direction) {
    const auto found = std::ranges::find_if(
        devices, [&](const Device& d) { return d.ifindex == ifindex && d.direction == direction; });
    return found == devices.end() ? nullptr : &*found;
}

const Target* State::target(const std::string& name) const {
    const auto found = std::ranges::find(targets, name, &Target::name);
    return found == targets.end() ? nullptr : &*found;
}

const Table* State::table(const std::string& name, lang::TableKind kind) const {
    const auto found =
        std::ranges::find_if(tables, [&](const Table& table) { return table.name == name && table.kind == kind; });
    return found == tables.end() ? nullptr : &*found;
}

} // namespace pfq::engine::live
