#include <algorithm>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <linux/bpf.h>
#include <memory>
#include <sys/stat.h>

#include "embed/live_send.hpp"
#include "tests/live/send/sender.hpp"

namespace pfq::send {
namespace {

constexpr std::uint32_t live_frames =
    2; // BPF_F_TEST_XDP_LIVE_FRAMES; Debian 12's libbpf headers have it, older ones do not
constexpr std::uint64_t batches_a_second = 2000;
constexpr std::uint32_t max_batch = 64;

using Object = std::unique_ptr<bpf_object, decltype(&bpf_object__close)>;

std::string why(const std::string& what) {
    return fmt::format("cannot {}: {}", what, std::strerror(errno));
}

bpf_map* section(const Object& object, const char* suffix) {
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, object.get()) if (std::string_view(bpf_map__name(map)).ends_with(suffix)) return map;
    return nullptr;
}

std::uint32_t network_namespace() {
    struct stat status{};
    ::stat("/proc/thread-self/ns/net", &status);
    return static_cast<std::uint32_t>(status.st_ino);
}

Result<Object> load(const Order& order, unsigned processor) {
    const std::string_view bytes = embedded::live_send("frames.bpf.o");
    LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "live_send");
    Object object(bpf_object__open_mem(bytes.data(), bytes.size(), &options), &bpf_object__close);
    if (!object)
        return std::unexpected(why("open the sender's object"));
    const send_settings settings{.flows = order.flows.count,
                                 .device = order.device_index,
                                 .processor = processor,
                                 .net_inode = network_namespace(),
                                 .interval = order.rate == 0 ? 0 : 1'000'000'000 / order.rate};
    if (bpf_map__set_initial_value(section(object, ".rodata"), &settings, sizeof settings) != 0)
        return std::unexpected(why("set the sender's variables"));
    bpf_map__set_max_entries(section(object, "headers"), order.flows.count);
    if (bpf_object__load(object.get()) != 0)
        return std::unexpected(why("load the sender's programs"));
    return object;
}

Result<void> fill(const Object& object, const Order& order, std::uint64_t first) {
    std::vector<send_headers> flows = make_flows(order.flows);
    for (std::uint32_t i = 0; i < order.flows.count; ++i) {
        flows[i].first = first;
        if (bpf_map_update_elem(bpf_map__fd(section(object, "headers")), &i, &flows[i], BPF_ANY) != 0)
            return std::unexpected(why("write the flows"));
    }
    return {};
}

Result<void> run(const Object& object, const Order& order) {
    std::vector<std::uint8_t> frame(order.flows.size);
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame.data(),
                .data_size_in = static_cast<std::uint32_t>(frame.size()), .flags = live_frames);
    options.batch_size =
        order.rate == 0
            ? max_batch
            : static_cast<std::uint32_t>(std::clamp<std::uint64_t>(order.rate / batches_a_second, 1, max_batch));
    const int program = bpf_program__fd(bpf_object__find_program_by_name(object.get(), "make_frame"));
    constexpr std::uint64_t at_once = 1U << 30;
    for (std::uint64_t left = order.count == 0 ? ~std::uint64_t{0} : order.count; left != 0 && !*order.stop;) {
        options.repeat = static_cast<int>(std::min(left, at_once));
        left -= static_cast<std::uint64_t>(options.repeat);
        if (bpf_prog_test_run_opts(program, &options) != 0 && !*order.stop)
            return std::unexpected(why(fmt::format("send {} live frames of {} bytes", options.repeat, frame.size())));
    }
    return {};
}

} // namespace

Result<Report> send_live_frames(const Order& order, unsigned processor) {
    auto object = load(order, processor);
    if (!object)
        return std::unexpected(object.error());
    if (auto filled = fill(*object, order, first_number(order.flows.first)); !filled)
        return std::unexpected(filled.error());
    const std::unique_ptr<bpf_link, decltype(&bpf_link__destroy)> counting(
        bpf_program__attach(bpf_object__find_program_by_name(object->get(), "count_frames")), &bpf_link__destroy);
    if (!counting)
        return std::unexpected(why("attach to the tracepoint xdp_devmap_xmit"));
    const auto start = std::chrono::steady_clock::now();
    auto done = run(*object, order);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    if (!done)
        return std::unexpected(done.error());
    send_state state{};
    const std::uint32_t zero = 0;
    if (bpf_map_lookup_elem(bpf_map__fd(section(*object, ".bss")), &zero, &state) != 0)
        return std::unexpected(why("read the sender's counters"));
    return Report{.made = state.made,
                  .sent = state.taken,
                  .refused = state.refused,
                  .bytes = state.taken * order.flows.size,
                  .seconds = elapsed.count()};
}

} // namespace pfq::send
