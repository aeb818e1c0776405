// A compiled eBPF object in the kernel.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "codegen/descriptor.hpp"
#include "engine/kernel/error.hpp"

struct bpf_object;

namespace pfq::engine {

class KernelObject {
public:
    /// Loads the object. Maps whose names are in `maps` are those; the others are made for this object alone. An error
    /// of the verifier is a bug of ours: it carries the end of its log.
    [[nodiscard]] static Result<KernelObject> load(const std::string& object, const std::map<std::string, int>& maps,
                                                   bool multi_buffer = false);

    [[nodiscard]] int program() const;
    /// -1: the object has no such map.
    [[nodiscard]] int map(const char* name) const;

private:
    struct Close {
        void operator()(bpf_object* object) const;
    };
    explicit KernelObject(bpf_object* object) : object_(object) {}
    std::unique_ptr<bpf_object, Close> object_;
};

[[nodiscard]] std::uint32_t id_of_program(int program);
/// How many instructions the verifier looked at; 0 when the kernel does not tell.
[[nodiscard]] std::uint32_t verified_instructions(int program);

} // namespace pfq::engine
