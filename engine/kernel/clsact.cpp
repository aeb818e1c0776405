#include "engine/kernel/clsact.hpp"

#include <array>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>

#include "embed/fixed_objects.hpp"
#include "engine/kernel/attach.hpp"
#include "engine/kernel/map.hpp"
#include "engine/kernel/object.hpp"

namespace pfq::engine {
namespace {

// An unusual place, so that filters of others are before or behind it, not in it.
constexpr std::uint32_t priority = 28774, handle = 1;
constexpr unsigned loopback = 1;
constexpr auto tcx_ingress = static_cast<bpf_attach_type>(46); // Debian 12's headers do not know it
constexpr const char* stub_name = "pfq_stub";

bpf_tc_hook hook_of(unsigned ifindex, Hook hook) {
    bpf_tc_hook where{};
    where.sz = sizeof where;
    where.ifindex = static_cast<int>(ifindex);
    where.attach_point = hook == Hook::tc_out ? BPF_TC_EGRESS : BPF_TC_INGRESS;
    return where;
}

bpf_tc_opts place() {
    bpf_tc_opts options{};
    options.sz = sizeof options;
    options.handle = handle;
    options.priority = priority;
    return options;
}

/// Id of the program in our place; 0: nothing is there.
std::uint32_t occupant(unsigned ifindex, Hook hook) {
    const bpf_tc_hook where = hook_of(ifindex, hook);
    bpf_tc_opts options = place();
    return bpf_tc_query(&where, &options) == 0 ? options.prog_id : 0;
}

/// Id of the slot that the program runs, if it is a stub; else 0.
std::uint32_t slot_of(std::uint32_t program_id) {
    const Descriptor program(bpf_prog_get_fd_by_id(program_id));
    std::array<__u32, 1> maps{};
    bpf_prog_info info{};
    __u32 size = sizeof info;
    info.map_ids = reinterpret_cast<std::uintptr_t>(maps.data());
    info.nr_map_ids = maps.size();
    if (!program || bpf_obj_get_info_by_fd(program.get(), &info, &size) != 0 || std::strcmp(info.name, stub_name) != 0)
        return 0;
    return maps[0];
}

Result<Descriptor> install_stub(unsigned ifindex, const std::string& device, Hook hook) {
    const auto stub = KernelObject::load(std::string(embedded::fixed_objects("stub.o")), {});
    if (!stub)
        return std::unexpected(stub.error());
    bpf_tc_hook where = hook_of(ifindex, hook);
    if (const int code = bpf_tc_hook_create(&where); code != 0 && code != -EEXIST)
        return system_failure(fmt::format("prepare {} for TC programs (clsact)", device), -code);
    bpf_tc_opts options = place();
    options.prog_fd = stub->program();
    if (const int code = bpf_tc_attach(&where, &options); code != 0)
        return system_failure(fmt::format("attach to {} at TC", device), -code);
    return open_map(id_of_map(stub->map("pfq_slot")));
}

} // namespace

bool has_tcx() {
#ifdef PFQ_CRASH_POINTS
    if (std::getenv("PFQ_WITHOUT_TCX") != nullptr)
        return false;
#endif
    static const bool has = [] {
        __u32 count = 0;
        return bpf_prog_query(loopback, tcx_ingress, 0, nullptr, nullptr, &count) == 0 || errno != EINVAL;
    }();
    return has;
}

Result<Descriptor> open_slot(unsigned ifindex, const std::string& device, Hook hook) {
    const std::uint32_t program = occupant(ifindex, hook);
    if (program == 0)
        return install_stub(ifindex, device, hook);
    if (const std::uint32_t slot = slot_of(program))
        return open_map(slot);
    return std::unexpected(
        Error{fmt::format("{}: another TC filter has the priority {}; detach it with: tc filter del dev {} {} prio {}",
                          device, priority, device, hook == Hook::tc_out ? "egress" : "ingress", priority)});
}

bool has_stub(unsigned ifindex, Hook hook, std::uint32_t slot_id) {
    const std::uint32_t program = occupant(ifindex, hook);
    return program != 0 && slot_of(program) == slot_id;
}

void remove_stub(unsigned ifindex, Hook hook) {
    const bpf_tc_hook where = hook_of(ifindex, hook);
    const bpf_tc_opts options = place();
    bpf_tc_detach(&where, &options);
}

} // namespace pfq::engine
