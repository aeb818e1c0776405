#include "lang/berkeley/extensions.hpp"

namespace pfq::lang::berkeley {

namespace {

/// The names of linux/filter.h without SKF_AD_; null: no such extension.
const char* name_of(std::uint32_t offset) {
    static constexpr const char* names[] = {
        "PROTOCOL", "PKTTYPE", "IFINDEX",   "NLATTR",   "NLATTR_NEST",      "MARK",       "QUEUE",  "HATYPE",
        "RXHASH",   "CPU",     "ALU_XOR_X", "VLAN_TAG", "VLAN_TAG_PRESENT", "PAY_OFFSET", "RANDOM", "VLAN_TPID"};
    return offset % 4 == 0 && offset / 4 < std::size(names) ? names[offset / 4] : nullptr;
}

} // namespace

std::expected<NodeId, std::string> Extensions::load(std::uint32_t offset) {
    switch (offset) {
    case 0:
        return protocol();
    case 8:
        return words_.at_most(nodes_.input(Input::device), largest_word);
    case 20:
        return mark();
    case 24:
        return nodes_.input(Input::queue);
    case 44: // VLAN_TAG
    case 48: // VLAN_TAG_PRESENT
    case 60: // VLAN_TPID
        return nodes_.word(0);
    default:
        break;
    }
    if (const char* name = name_of(offset))
        return std::unexpected(std::string("the Linux extension ") + name + " is not supported");
    return std::unexpected("there is no Linux extension at offset -4096 + " + std::to_string(offset));
}

NodeId Extensions::mark() {
    if (!mark_slot_)
        mark_slot_ = nodes_.pipeline().slots++;
    return nodes_.slot(*mark_slot_);
}

NodeId Extensions::protocol() {
    const auto word_at = [this](std::uint32_t offset) { return words_.load(Base::frame, 2, nodes_.word(offset), 0); };
    const auto is_below = [this](NodeId type) { return nodes_.compare(Op::lt, type, nodes_.word(0x600)); };
    const auto novell = [this](NodeId payload) {
        return nodes_.select(nodes_.compare(Op::eq, payload, nodes_.word(0xffff)), nodes_.word(1), nodes_.word(4));
    };
    const NodeId first = word_at(12), second = word_at(16);
    const NodeId plain = nodes_.select(is_below(first), novell(word_at(14)), first);
    const NodeId behind = nodes_.select(is_below(second), novell(word_at(18)), second);
    const NodeId tagged = nodes_.in_set(first, {{{0x8100, 0x8100}, {0x88a8, 0x88a8}}});
    const NodeId ethernet = nodes_.select(tagged, behind, plain);
    const NodeId any =
        nodes_.select(nodes_.present(nodes_.field(Field::eth_source, 0)), ethernet, nodes_.field(Field::eth_type, 0));
    return words_.at_most(any, 0xffff);
}

} // namespace pfq::lang::berkeley
