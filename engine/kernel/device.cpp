#include "engine/kernel/device.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <memory>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <vector>

#include "codegen/descriptor.hpp"

namespace pfq::engine {
namespace {

std::string known_devices() {
    std::vector<std::string> names;
    struct if_nameindex* list = if_nameindex();
    for (const struct if_nameindex* entry = list; entry != nullptr && entry->if_index != 0; ++entry)
        names.emplace_back(entry->if_name);
    if_freenameindex(list);
    return fmt::format("{}", fmt::join(names, ", "));
}

/// Asks the kernel about one device through ioctl(2).
class Question {
public:
    explicit Question(const std::string& name) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        name.copy(request_.ifr_name, IFNAMSIZ - 1);
    }
    bool ask(unsigned long what) { return ::ioctl(socket_.get(), what, &request_) == 0; }
    template <class T> bool ask_ethtool(unsigned command, T& about) {
        about.cmd = command;
        request_.ifr_data = reinterpret_cast<char*>(&about);
        return ask(SIOCETHTOOL);
    }
    [[nodiscard]] const ifreq& answer() const { return request_; }

private:
    codegen::Descriptor socket_;
    ifreq request_{};
};

std::uint64_t big_endian(const std::uint8_t* bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i)
        value = value << 8 | bytes[i];
    return value;
}

void find_addresses(DeviceInfo& device) {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0)
        return;
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
    bool link_local = false;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || device.name != entry->ifa_name)
            continue;
        if (entry->ifa_addr->sa_family == AF_INET && !device.ipv4) {
            device.ipv4 = ntohl(reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr.s_addr);
        } else if (entry->ifa_addr->sa_family == AF_INET6 && (!device.ipv6 || link_local)) {
            const auto& address = reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr;
            link_local = IN6_IS_ADDR_LINKLOCAL(&address);
            device.ipv6 = {big_endian(address.s6_addr), big_endian(address.s6_addr + 8)};
        }
    }
}

unsigned count_receive_queues(const std::string& name) {
    unsigned count = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net/" + name + "/queues", error))
        count += entry.path().filename().string().starts_with("rx-");
    return count;
}

} // namespace

Result<DeviceInfo> find_device(const std::string& name) {
    DeviceInfo device{.name = name, .driver = {}, .ipv4 = {}, .ipv6 = {}};
    device.index = name.size() < IFNAMSIZ ? if_nametoindex(name.c_str()) : 0;
    if (device.index == 0)
        return std::unexpected(Error{fmt::format("there is no device {}; there are {}", name, known_devices())});
    Question question(name);
    if (question.ask(SIOCGIFFLAGS))
        device.up = (question.answer().ifr_flags & IFF_UP) != 0;
    if (question.ask(SIOCGIFMTU))
        device.mtu = static_cast<unsigned>(question.answer().ifr_mtu);
    if (question.ask(SIOCGIFHWADDR)) {
        const auto type = question.answer().ifr_hwaddr.sa_family;
        device.ethernet = type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK;
    }
    ethtool_drvinfo driver{};
    if (question.ask_ethtool(ETHTOOL_GDRVINFO, driver))
        device.driver = driver.driver;
    ethtool_channels channels{};
    if (question.ask_ethtool(ETHTOOL_GCHANNELS, channels))
        device.receive_queues = std::max(1U, channels.rx_count + channels.combined_count);
    else
        device.receive_queues = std::max(1U, count_receive_queues(name));
    find_addresses(device);
    return device;
}

std::string device_name(unsigned index) {
    std::array<char, IFNAMSIZ> name{};
    return if_indextoname(index, name.data()) != nullptr ? name.data() : "";
}

bool device_is_gone(unsigned index) {
    std::array<char, IFNAMSIZ> name{};
    return if_indextoname(index, name.data()) == nullptr && errno == ENXIO;
}

std::uint64_t network_namespace() {
    struct stat status{};
    return ::stat("/proc/self/ns/net", &status) == 0 ? status.st_ino : 0;
}

} // namespace pfq::engine
