// Native objects of pfq-compile made executable in this process: a small loader of x86-64 ELF relocatable objects.
//
// Not LLVM's JIT, because mapping libLLVM alone costs more than a whole start with a cached object may. The objects are
// self-contained (everything outside is reached through struct pfq_env), so what remains of linking is to place
// a few sections and to apply a few relocations.
#pragma once
#include "datapath/abi.h"
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace pfq::codegen {

/// Owns the mapped code: functions are valid as long as it lives. Movable.
class NativeProgram {
public:
    /// Every offset and size in the object is checked; what it holds is trusted like any program (a cache must be
    /// writable by its owner only). The error says what is wrong with the object.
    [[nodiscard]] static std::expected<NativeProgram, std::string> load(std::string_view object);

    NativeProgram(NativeProgram&& other) noexcept;
    NativeProgram& operator=(NativeProgram&& other) noexcept;
    ~NativeProgram();

    /// Entry points of group `index`; null when the object has none.
    [[nodiscard]] pfq_batch_function batch(std::size_t index) const;
    [[nodiscard]] pfq_filter_function filter(std::size_t index) const;
    [[nodiscard]] std::size_t groups() const { return groups_; }

    static constexpr std::size_t max_groups = 64;

private:
    NativeProgram() = default;
    friend class ObjectLoader;

    void* memory_ = nullptr;
    std::size_t size_ = 0;
    std::size_t groups_ = 0;
    void* batch_[max_groups] = {};
    void* filter_[max_groups] = {};
};

} // namespace pfq::codegen
