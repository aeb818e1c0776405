#include "tools/pfq/capture/devices.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace pfq::tools {
namespace {

struct Listed {
    std::string name;
    unsigned flags = 0;
};

unsigned flags_of(const std::string& name) {
    const int question = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    const bool answered = question >= 0 && ioctl(question, SIOCGIFFLAGS, &request) == 0;
    if (question >= 0)
        close(question);
    return answered ? static_cast<unsigned short>(request.ifr_flags) : 0;
}

/// Those that are up first, loopback devices last, as tcpdump does.
std::vector<Listed> all_devices() {
    std::vector<Listed> devices;
    const std::unique_ptr<struct if_nameindex, void (*)(struct if_nameindex*)> names(if_nameindex(), if_freenameindex);
    for (const auto* entry = names.get(); entry != nullptr && entry->if_index != 0; ++entry)
        devices.push_back({entry->if_name, flags_of(entry->if_name)});
    std::ranges::stable_sort(devices, {}, [](const Listed& device) {
        return std::pair((device.flags & IFF_UP) == 0, (device.flags & IFF_LOOPBACK) != 0);
    });
    return devices;
}

} // namespace

std::string list_devices() {
    std::string text;
    unsigned number = 0;
    for (const Listed& device : all_devices()) {
        std::vector<std::string_view> words;
        for (const auto& [flag, word] : {std::pair(IFF_UP, "Up"), {IFF_RUNNING, "Running"}, {IFF_LOOPBACK, "Loopback"}})
            if (device.flags & static_cast<unsigned>(flag))
                words.emplace_back(word);
        text += fmt::format("{}.{}", ++number, device.name);
        text += words.empty() ? "\n" : fmt::format(" [{}]\n", fmt::join(words, ", "));
    }
    return text;
}

std::string device_of(std::string_view text) {
    std::string name(text);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || if_nametoindex(name.c_str()) != 0)
        return name;
    const auto devices = all_devices();
    return number >= 1 && number <= devices.size() ? devices[number - 1].name : name;
}

std::string default_device() {
    const auto devices = all_devices();
    return devices.empty() || (devices.front().flags & IFF_UP) == 0 ? "" : devices.front().name;
}

bool is_loopback(const std::string& name) {
    return (flags_of(name) & IFF_LOOPBACK) != 0;
}

} // namespace pfq::tools
