// Programs that the kernel runs in the driver: a counter that drops, BPF's ring buffer, AF_XDP in copy mode.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstring>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <thread>

#include "bench/live/receiver.hpp"
#include "codegen/descriptor.hpp"
#include "embed/bench_peers.hpp"
#include "engine/kernel/map.hpp"

namespace pfq::bench {
namespace {

using codegen::Descriptor;
using engine::Error;
using engine::system_failure;

/// A loaded object and the attachment of one of its programs.
class XdpProgram {
public:
    static Result<XdpProgram> attach(const ReceiverOptions& options, const char* name) {
        XdpProgram made;
        const std::string_view bytes = embedded::bench_peers("peers.bpf.o");
        made.object_.reset(bpf_object__open_mem(bytes.data(), bytes.size(), nullptr));
        bpf_map* map = nullptr;
        bpf_object__for_each_map(map, made.object_.get()) if (std::string_view(bpf_map__name(map)).ends_with(".rodata"))
            bpf_map__set_initial_value(map, &options.size, sizeof options.size);
        if (bpf_object__load(made.object_.get()) != 0)
            return system_failure("load the programs of the comparison", errno);
        const int program = bpf_program__fd(bpf_object__find_program_by_name(made.object_.get(), name));
        LIBBPF_OPTS(bpf_link_create_opts, flags, .flags = XDP_FLAGS_DRV_MODE);
        made.link_ = Descriptor(bpf_link_create(program, static_cast<int>(options.ifindex), BPF_XDP, &flags));
        if (!made.link_)
            return system_failure("attach a program of the comparison", errno);
        return made;
    }
    [[nodiscard]] int map(const char* name) const { return bpf_object__find_map_fd_by_name(object_.get(), name); }

private:
    std::unique_ptr<bpf_object, decltype(&bpf_object__close)> object_{nullptr, &bpf_object__close};
    Descriptor link_;
};

// -------------------------------------------------------------------------------------------------- counting

class CountingReceiver : public Receiver {
public:
    explicit CountingReceiver(XdpProgram program) : program_(std::move(program)) {}
    Received run(const std::atomic<bool>& stop) override {
        while (!stop)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        Received received; // nothing is delivered: what was counted
        for (const std::uint64_t count : engine::read_per_cpu<std::uint64_t>(program_.map("counts"), 0))
            received.good += count;
        return received;
    }

private:
    XdpProgram program_;
};

// -------------------------------------------------------------------------------------------------- ring buffer

class RingReceiver : public Receiver {
public:
    RingReceiver(XdpProgram program, std::uint32_t size) : program_(std::move(program)), size_(size) {
        ring_.reset(ring_buffer__new(program_.map("ring"), take, this, nullptr));
    }
    Received run(const std::atomic<bool>& stop) override {
        while (true) {
            const bool last = stop;
            const int count = ring_buffer__consume(ring_.get());
            if (count <= 0 && last)
                return received_;
            if (count <= 0)
                std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
    }

private:
    static int take(void* self, void* data, std::size_t size) {
        auto* receiver = static_cast<RingReceiver*>(self);
        receiver->received_.look_at(static_cast<const std::uint8_t*>(data), static_cast<std::uint32_t>(size),
                                    receiver->size_);
        return 0;
    }
    XdpProgram program_;
    std::unique_ptr<ring_buffer, decltype(&ring_buffer__free)> ring_{nullptr, &ring_buffer__free};
    std::uint32_t size_;
    Received received_;
};

// -------------------------------------------------------------------------------------------------- AF_XDP

constexpr std::uint32_t frames = 4096, frame_bytes = 2048;

/// One of a socket's rings as user space sees it.
template <class Entry> struct SocketRing {
    std::uint32_t *producer = nullptr, *consumer = nullptr;
    Entry* entries = nullptr;
    Entry& at(std::uint32_t index) { return entries[index & (frames - 1)]; }

    bool map(int fd, const xdp_ring_offset& offsets, std::int64_t page) {
        const std::size_t bytes = offsets.desc + frames * sizeof(Entry);
        void* base = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, page);
        if (base == MAP_FAILED)
            return false;
        auto* bytes_of = static_cast<std::uint8_t*>(base);
        producer = reinterpret_cast<std::uint32_t*>(bytes_of + offsets.producer);
        consumer = reinterpret_cast<std::uint32_t*>(bytes_of + offsets.consumer);
        entries = reinterpret_cast<Entry*>(bytes_of + offsets.desc);
        return true;
    }
};

/// Frames arrive at queue 0: the sender is on processor 0. Mappings go with the process.
class SocketReceiver : public Receiver {
public:
    SocketReceiver(XdpProgram program, std::uint32_t size) : program_(std::move(program)), size_(size) {}

    Result<void> open(unsigned ifindex) {
        fd_ = Descriptor(socket(AF_XDP, SOCK_RAW, 0));
        memory_ = static_cast<std::uint8_t*>(mmap(nullptr, std::size_t{frames} * frame_bytes, PROT_READ | PROT_WRITE,
                                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
        xdp_umem_reg umem{};
        umem.addr = reinterpret_cast<std::uint64_t>(memory_);
        umem.len = std::uint64_t{frames} * frame_bytes;
        umem.chunk_size = frame_bytes;
        const std::uint32_t count = frames;
        xdp_mmap_offsets offsets{};
        socklen_t length = sizeof offsets;
        sockaddr_xdp address{};
        address.sxdp_family = AF_XDP;
        address.sxdp_flags = XDP_COPY;
        address.sxdp_ifindex = ifindex;
        const auto set = [&](int option, const void* value, socklen_t size) {
            return setsockopt(fd_.get(), SOL_XDP, option, value, size) == 0;
        };
        const bool done =
            fd_ && set(XDP_UMEM_REG, &umem, sizeof umem) && set(XDP_UMEM_FILL_RING, &count, sizeof count) &&
            set(XDP_UMEM_COMPLETION_RING, &count, sizeof count) && set(XDP_RX_RING, &count, sizeof count) &&
            getsockopt(fd_.get(), SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length) == 0 &&
            fill_.map(fd_.get(), offsets.fr, XDP_UMEM_PGOFF_FILL_RING) &&
            ring_.map(fd_.get(), offsets.rx, XDP_PGOFF_RX_RING) &&
            bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        if (!done)
            return system_failure("open an AF_XDP socket", errno);
        for (std::uint32_t i = 0; i < frames; ++i)
            fill_.at(i) = std::uint64_t{i} * frame_bytes;
        __atomic_store_n(fill_.producer, frames, __ATOMIC_RELEASE);
        const int fd = fd_.get();
        return engine::write_map(program_.map("sockets"), 0, &fd);
    }

    Received run(const std::atomic<bool>& stop) override {
        Received received;
        std::uint32_t read = 0, given = frames;
        while (true) {
            const bool last = stop;
            const std::uint32_t end = __atomic_load_n(ring_.producer, __ATOMIC_ACQUIRE);
            if (read == end && last)
                return received;
            if (read == end) {
                std::this_thread::sleep_for(std::chrono::microseconds(50));
                continue;
            }
            for (; read != end; ++read) {
                const xdp_desc& frame = ring_.at(read);
                received.look_at(memory_ + frame.addr, frame.len, size_);
                fill_.at(given++) = frame.addr - frame.addr % frame_bytes;
            }
            __atomic_store_n(ring_.consumer, read, __ATOMIC_RELEASE);
            __atomic_store_n(fill_.producer, given, __ATOMIC_RELEASE);
        }
    }

private:
    XdpProgram program_;
    std::uint32_t size_;
    Descriptor fd_;
    std::uint8_t* memory_ = nullptr;
    SocketRing<std::uint64_t> fill_;
    SocketRing<xdp_desc> ring_;
};

} // namespace

Result<std::unique_ptr<Receiver>> make_xdp_receiver(const ReceiverOptions& options) {
    const bool drops = options.method == "drop", rings = options.method == "ringbuf";
    if (!drops && !rings && options.method != "afxdp")
        return std::unexpected(Error{"there is no method " + options.method});
    auto program = XdpProgram::attach(options, drops ? "count_drop" : rings ? "to_ring" : "to_socket");
    if (!program)
        return std::unexpected(program.error());
    if (drops)
        return std::make_unique<CountingReceiver>(std::move(*program));
    if (rings)
        return std::make_unique<RingReceiver>(std::move(*program), options.size);
    auto receiver = std::make_unique<SocketReceiver>(std::move(*program), options.size);
    if (auto done = receiver->open(options.ifindex); !done)
        return std::unexpected(done.error());
    return receiver;
}

} // namespace pfq::bench
