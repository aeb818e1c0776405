// Names of link types, as tcpdump prints them.
#include "engine/capture/link_layer.hpp"
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace pfq::capture {
namespace {

struct LinkName {
    std::uint16_t link_type;
    std::string_view name;
};

/// By number (https://www.tcpdump.org/linktypes.html).
constexpr std::array link_names{
    LinkName{0, "NULL"},
    LinkName{1, "EN10MB"},
    LinkName{3, "AX25"},
    LinkName{6, "IEEE802"},
    LinkName{7, "ARCNET"},
    LinkName{8, "SLIP"},
    LinkName{9, "PPP"},
    LinkName{10, "FDDI"},
    LinkName{12, "RAW"},
    LinkName{14, "RAW"},
    LinkName{50, "PPP_SERIAL"},
    LinkName{51, "PPP_ETHER"},
    LinkName{99, "SYMANTEC_FIREWALL"},
    LinkName{100, "ATM_RFC1483"},
    LinkName{101, "RAW"},
    LinkName{104, "C_HDLC"},
    LinkName{105, "IEEE802_11"},
    LinkName{107, "FRELAY"},
    LinkName{108, "LOOP"},
    LinkName{113, "LINUX_SLL"},
    LinkName{114, "LTALK"},
    LinkName{117, "PFLOG"},
    LinkName{119, "PRISM_HEADER"},
    LinkName{122, "IP_OVER_FC"},
    LinkName{123, "SUNATM"},
    LinkName{127, "IEEE802_11_RADIO"},
    LinkName{129, "ARCNET_LINUX"},
    LinkName{138, "APPLE_IP_OVER_IEEE1394"},
    LinkName{139, "MTP2_WITH_PHDR"},
    LinkName{140, "MTP2"},
    LinkName{141, "MTP3"},
    LinkName{143, "DOCSIS"},
    LinkName{144, "LINUX_IRDA"},
    LinkName{147, "USER0"},
    LinkName{149, "USER2"},
    LinkName{160, "USER13"},
    LinkName{163, "IEEE802_11_RADIO_AVS"},
    LinkName{166, "PPP_PPPD"},
    LinkName{169, "GPRS_LLC"},
    LinkName{187, "BLUETOOTH_HCI_H4"},
    LinkName{189, "USB_LINUX"},
    LinkName{192, "PPI"},
    LinkName{195, "IEEE802_15_4_WITHFCS"},
    LinkName{197, "ERF"},
    LinkName{201, "BLUETOOTH_HCI_H4_WITH_PHDR"},
    LinkName{202, "AX25_KISS"},
    LinkName{204, "PPP_WITH_DIR"},
    LinkName{205, "C_HDLC_WITH_DIR"},
    LinkName{206, "FRELAY_WITH_DIR"},
    LinkName{220, "USB_LINUX_MMAPPED"},
    LinkName{224, "FC_2"},
    LinkName{226, "IPNET"},
    LinkName{227, "CAN_SOCKETCAN"},
    LinkName{228, "IPV4"},
    LinkName{229, "IPV6"},
    LinkName{230, "IEEE802_15_4_NOFCS"},
    LinkName{231, "DBUS"},
    LinkName{239, "NFLOG"},
    LinkName{240, "NETANALYZER"},
    LinkName{242, "IPOIB"},
    LinkName{243, "MPEG_2_TS"},
    LinkName{247, "INFINIBAND"},
    LinkName{248, "SCTP"},
    LinkName{249, "USBPCAP"},
    LinkName{251, "BLUETOOTH_LE_LL"},
    LinkName{252, "WIRESHARK_UPPER_PDU"},
    LinkName{253, "NETLINK"},
    LinkName{254, "BLUETOOTH_LINUX_MONITOR"},
    LinkName{256, "BLUETOOTH_LE_LL_WITH_PHDR"},
    LinkName{258, "PKTAP"},
    LinkName{259, "EPON"},
    LinkName{266, "USB_DARWIN"},
    LinkName{271, "VSOCK"},
    LinkName{272, "NORDIC_BLE"},
    LinkName{276, "LINUX_SLL2"},
    LinkName{283, "IEEE802_15_4_TAP"},
};
static_assert(std::ranges::is_sorted(link_names, {}, &LinkName::link_type));

} // namespace

std::string_view link_type_name(std::uint16_t link_type) {
    const auto found = std::ranges::lower_bound(link_names, link_type, {}, &LinkName::link_type);
    return found != link_names.end() && found->link_type == link_type ? found->name : std::string_view{};
}

std::string link_type_text(std::uint16_t link_type) {
    const auto name = link_type_name(link_type);
    return name.empty() ? fmt::format("{}", link_type) : fmt::format("{} ({})", link_type, name);
}

} // namespace pfq::capture
