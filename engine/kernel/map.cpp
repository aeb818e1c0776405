#include "engine/kernel/map.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <fmt/format.h>

namespace pfq::engine {

Result<Descriptor> create_map(const MapSpec& spec, int inner) {
    LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = spec.flags);
    if (inner >= 0)
        options.inner_map_fd = static_cast<__u32>(inner);
    const int fd = bpf_map_create(static_cast<bpf_map_type>(spec.type), std::string(spec.name).substr(0, 15).c_str(),
                                  spec.key_size, spec.value_size, spec.entries, &options);
    if (fd < 0)
        return system_failure(
            fmt::format("create the map {} ({} cells of {} bytes)", spec.name, spec.entries, spec.value_size), errno);
    return Descriptor(fd);
}

Result<Descriptor> open_map(std::uint32_t id) {
    const int fd = bpf_map_get_fd_by_id(id);
    if (fd < 0)
        return system_failure(fmt::format("open map {}", id), errno);
    return Descriptor(fd);
}

std::uint32_t id_of_map(int map) {
    bpf_map_info info{};
    __u32 size = sizeof info;
    return bpf_obj_get_info_by_fd(map, &info, &size) == 0 ? info.id : 0;
}

Result<void> write_map(int map, std::uint32_t key, const void* value) {
    if (bpf_map_update_elem(map, &key, value, BPF_ANY) != 0)
        return system_failure(fmt::format("write cell {} of map {}", key, id_of_map(map)), errno);
    return {};
}

Result<void> write_map(int map, std::span<const std::uint32_t> keys, const void* values) {
    auto count = static_cast<__u32>(keys.size());
    if (bpf_map_update_batch(map, keys.data(), values, &count, nullptr) != 0)
        return system_failure(fmt::format("write {} cells of map {}", keys.size(), id_of_map(map)), errno);
    return {};
}

Result<void> erase_from_map(int map, std::uint32_t key) {
    if (bpf_map_delete_elem(map, &key) != 0 && errno != ENOENT)
        return system_failure(fmt::format("empty cell {} of map {}", key, id_of_map(map)), errno);
    return {};
}

bool read_map(int map, std::uint32_t key, void* value) {
    return bpf_map_lookup_elem(map, &key, value) == 0;
}

unsigned processors() {
    static const int count = libbpf_num_possible_cpus();
    return count > 0 ? static_cast<unsigned>(count) : 1;
}

} // namespace pfq::engine
