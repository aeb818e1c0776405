#include "tools/pfq/capture/promiscuous.hpp"

#include <cerrno>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include "tools/common/errors.hpp"

namespace pfq::tools {

std::expected<std::vector<codegen::Descriptor>, std::string>
hold_promiscuous(std::span<const engine::live::BindOptions> devices) {
    std::vector<codegen::Descriptor> held;
    for (const auto& binding : devices) {
        codegen::Descriptor packets(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)); // of protocol 0: it gets none
        packet_mreq wanted{};
        wanted.mr_ifindex = static_cast<int>(if_nametoindex(binding.device.c_str()));
        wanted.mr_type = PACKET_MR_PROMISC;
        if (packets.get() < 0 ||
            setsockopt(packets.get(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &wanted, sizeof wanted) != 0)
            return std::unexpected(system_error("set promiscuous mode of", binding.device, errno));
        held.push_back(std::move(packets));
    }
    return held;
}

} // namespace pfq::tools
