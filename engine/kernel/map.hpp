// BPF maps as values: created, found by id, read and written.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "codegen/descriptor.hpp"
#include "engine/kernel/error.hpp"

namespace pfq::engine {

using codegen::Descriptor;

struct MapSpec {
    const char* name; ///< at most 15 characters are kept by the kernel
    unsigned type;    ///< enum bpf_map_type
    std::uint32_t key_size, value_size, entries;
    std::uint32_t flags = 0;
};

/// `inner`: for a map of maps, a map like those that it will hold.
[[nodiscard]] Result<Descriptor> create_map(const MapSpec& spec, int inner = -1);
[[nodiscard]] Result<Descriptor> open_map(std::uint32_t id);
[[nodiscard]] std::uint32_t id_of_map(int map);

/// Writes a value. Of a per-CPU map, `value` holds those of all processors, each padded to 8 bytes.
[[nodiscard]] Result<void> write_map(int map, std::uint32_t key, const void* value);
/// Writes several values with one call: of a map of maps with one grace period.
[[nodiscard]] Result<void> write_map(int map, std::span<const std::uint32_t> keys, const void* values);
[[nodiscard]] Result<void> erase_from_map(int map, std::uint32_t key);
[[nodiscard]] bool read_map(int map, std::uint32_t key, void* value);

[[nodiscard]] unsigned processors(); ///< that the kernel counts with: per-CPU maps have so many values

/// The values of a per-CPU array of `T` (a multiple of 8 bytes), by processor; zeros when it cannot be read.
template <class T> std::vector<T> read_per_cpu(int map, std::uint32_t key) {
    static_assert(sizeof(T) % 8 == 0);
    std::vector<T> values(processors());
    if (!read_map(map, key, values.data()))
        values.assign(values.size(), T{});
    return values;
}
template <class T> Result<void> clear_per_cpu(int map, std::uint32_t key) {
    const std::vector<T> zeros(processors());
    return write_map(map, key, zeros.data());
}

} // namespace pfq::engine
