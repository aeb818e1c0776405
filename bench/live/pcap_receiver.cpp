// libpcap as it comes: TPACKET_V3, blocks of packets, a large buffer.
#include <pcap/pcap.h>

#include "bench/live/receiver.hpp"

namespace pfq::bench {
namespace {

using engine::Error;
constexpr int buffer = 64 << 20, at_once = 4096;

class PcapReceiver : public Receiver {
public:
    PcapReceiver(pcap_t* handle, std::uint32_t size) : handle_(handle, &pcap_close), size_(size) {}

    Received run(const std::atomic<bool>& stop) override {
        while (true) {
            const bool last = stop;
            if (pcap_dispatch(handle_.get(), at_once, take, reinterpret_cast<u_char*>(this)) == 0 && last)
                return received_;
        }
    }

private:
    static void take(u_char* self, const pcap_pkthdr* header, const u_char* bytes) {
        auto* receiver = reinterpret_cast<PcapReceiver*>(self);
        receiver->received_.look_at(bytes, header->caplen, receiver->size_);
    }
    std::unique_ptr<pcap_t, decltype(&pcap_close)> handle_;
    std::uint32_t size_;
    Received received_;
};

} // namespace

Result<std::unique_ptr<Receiver>> make_pcap_receiver(const ReceiverOptions& options) {
    char error[PCAP_ERRBUF_SIZE] = {};
    pcap_t* handle = pcap_create(options.device.c_str(), error);
    if (handle == nullptr)
        return std::unexpected(Error{error});
    auto receiver = std::make_unique<PcapReceiver>(handle, options.size);
    pcap_set_snaplen(handle, 65535);
    pcap_set_timeout(handle, 10);
    pcap_set_buffer_size(handle, buffer);
    if (pcap_activate(handle) < 0 || pcap_setdirection(handle, PCAP_D_IN) != 0 ||
        pcap_setnonblock(handle, 1, error) != 0)
        return std::unexpected(Error{pcap_geterr(handle)});
    return receiver;
}

} // namespace pfq::bench
