#include "engine/kernel/attach.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <fmt/format.h>
#include <linux/if_link.h>

#include "engine/kernel/clsact.hpp"
#include "engine/kernel/map.hpp"

namespace pfq::engine {
namespace {

// Since Linux 6.6; Debian 12's headers are older.
constexpr auto tcx_ingress = static_cast<bpf_attach_type>(46);
constexpr auto tcx_egress = static_cast<bpf_attach_type>(47);
constexpr unsigned link_type_xdp = 6, link_type_tcx = 11;
/// Ids of links and of maps are numbered apart. Those of slots have it.
constexpr std::uint32_t slot_bit = std::uint32_t{1} << 31U;

std::string name_of_program(std::uint32_t id) {
    const Descriptor program(bpf_prog_get_fd_by_id(id));
    bpf_prog_info info{};
    __u32 size = sizeof info;
    if (!program || bpf_obj_get_info_by_fd(program.get(), &info, &size) != 0)
        return fmt::format("program {}", id);
    return fmt::format("program {} ({})", info.name, id);
}

/// Whose XDP program is there already.
std::string occupant(unsigned ifindex) {
    LIBBPF_OPTS(bpf_xdp_query_opts, query);
    if (bpf_xdp_query(static_cast<int>(ifindex), 0, &query) != 0 || query.prog_id == 0)
        return "another XDP program is attached";
    return fmt::format("the XDP {} is attached", name_of_program(query.prog_id));
}

std::unexpected<Error> explain(const std::string& device, unsigned ifindex, Hook hook, int code) {
    const bool xdp = hook == Hook::xdp_native || hook == Hook::xdp_generic;
    if (xdp && (code == EBUSY || code == EEXIST))
        return std::unexpected(Error{fmt::format("{}: {}; leave it and use --mode=tc, or detach it with: ip link set "
                                                 "dev {} xdp off",
                                                 device, occupant(ifindex), device)});
    if (hook == Hook::xdp_native && code == ERANGE)
        return std::unexpected(Error{fmt::format("{}: the MTU of the device, or of its peer, is too large for native "
                                                 "XDP; make it smaller, or use --mode=tc",
                                                 device)});
    if (hook == Hook::xdp_native && (code == EOPNOTSUPP || code == EINVAL))
        return std::unexpected(Error{fmt::format("{}: the driver does not take a native XDP program; an MTU above its "
                                                 "limit or large receive offload are usual reasons, --mode=tc is a way "
                                                 "out",
                                                 device)});
    return system_failure(fmt::format("attach to {}", device), code);
}

bool describe(int link, bpf_link_info& info) {
    __u32 size = sizeof info;
    return bpf_obj_get_info_by_fd(link, &info, &size) == 0;
}

Result<void> fill_slot(int slot, int program) {
    const __u32 cell = 0;
    if (bpf_map_update_elem(slot, &cell, &program, BPF_ANY) != 0)
        return system_failure("put a program into its slot at TC", errno);
    return {};
}

} // namespace

Result<Attachment> Attachment::attach(int program, unsigned ifindex, const std::string& device, Hook hook) {
    const bool tc = hook == Hook::tc_in || hook == Hook::tc_out;
    if (tc && !has_tcx()) {
        auto slot = open_slot(ifindex, device, hook);
        if (!slot)
            return std::unexpected(slot.error());
        if (auto done = fill_slot(slot->get(), program); !done)
            return std::unexpected(done.error());
        return Attachment(Kind::slot, std::move(*slot));
    }
    LIBBPF_OPTS(bpf_link_create_opts, options);
    bpf_attach_type type = BPF_XDP;
    switch (hook) {
    case Hook::xdp_native:
        options.flags = XDP_FLAGS_DRV_MODE;
        break;
    case Hook::xdp_generic:
        options.flags = XDP_FLAGS_SKB_MODE;
        break;
    case Hook::tc_in:
        type = tcx_ingress;
        break;
    case Hook::tc_out:
        type = tcx_egress;
        break;
    }
    const int link = bpf_link_create(program, static_cast<int>(ifindex), type, &options);
    if (link < 0)
        return explain(device, ifindex, hook, errno);
    return Attachment(Kind::link, Descriptor(link));
}

Result<Attachment> Attachment::open(std::uint32_t id) {
    if (id & slot_bit) {
        auto slot = open_map(id & ~slot_bit);
        if (!slot)
            return std::unexpected(slot.error());
        return Attachment(Kind::slot, std::move(*slot));
    }
    const int link = bpf_link_get_fd_by_id(id);
    if (link < 0)
        return system_failure(fmt::format("open link {}", id), errno);
    return Attachment(Kind::link, Descriptor(link));
}

std::uint32_t Attachment::id() const {
    if (!descriptor_)
        return 0;
    if (kind_ == Kind::slot)
        return id_of_map(descriptor_.get()) | slot_bit;
    bpf_link_info info{};
    return describe(descriptor_.get(), info) ? info.id : 0;
}

std::uint32_t Attachment::program() const {
    if (kind_ == Kind::slot) {
        std::uint32_t id = 0;
        return read_map(descriptor_.get(), 0, &id) ? id : 0;
    }
    bpf_link_info info{};
    return describe(descriptor_.get(), info) ? info.prog_id : 0;
}

bool Attachment::attached(unsigned ifindex, Hook hook) const {
    if (kind_ == Kind::slot)
        return has_stub(ifindex, hook, id_of_map(descriptor_.get()));
    bpf_link_info info{};
    if (!describe(descriptor_.get(), info))
        return false;
    // Both kinds have the index of the device first, 0 when they are detached.
    return (info.type == link_type_xdp || info.type == link_type_tcx) && info.xdp.ifindex != 0;
}

Result<void> Attachment::replace(int program) const {
    if (kind_ == Kind::slot)
        return fill_slot(descriptor_.get(), program);
    if (bpf_link_update(descriptor_.get(), program, nullptr) != 0)
        return system_failure("replace the program of a device", errno);
    return {};
}

void Attachment::detach(unsigned ifindex, Hook hook) const {
    if (kind_ == Kind::link) {
        bpf_link_detach(descriptor_.get());
        return;
    }
    (void)erase_from_map(descriptor_.get(), 0);
    if (has_stub(ifindex, hook, id_of_map(descriptor_.get())))
        remove_stub(ifindex, hook);
}

} // namespace pfq::engine
