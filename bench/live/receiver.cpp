#include "bench/live/receiver.hpp"

#include <cstring>

#include "tests/live/send/headers.h"

namespace pfq::bench {

void Received::look_at(const std::uint8_t* frame, std::uint32_t captured, std::uint32_t size) {
    std::uint64_t number = 0, inverse = 1;
    if (captured == size) {
        std::memcpy(&number, frame + SEND_NUMBER_IPV4, sizeof number);
        std::memcpy(&inverse, frame + SEND_NUMBER_IPV4 + sizeof number, sizeof inverse);
    }
    number == ~inverse ? ++good : ++bad;
}

Result<std::unique_ptr<Receiver>> make_receiver(const ReceiverOptions& options) {
    if (options.method == "libpcap")
        return make_pcap_receiver(options);
    return options.method == "pfq" ? make_pfq_receiver(options) : make_xdp_receiver(options);
}

} // namespace pfq::bench
