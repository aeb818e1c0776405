#include "engine/kernel/object.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <linux/bpf.h>
#include <mutex>
#include <optional>
#include <vector>

namespace pfq::engine {
namespace {

constexpr std::size_t log_shown = 4000;             // the verifier's verdict is at the end of its log
constexpr unsigned log_all = 1, log_statistics = 4; // of the verifier
constexpr std::size_t log_size = 16U << 20;
constexpr int not_supported = 524; // ENOTSUPP, which the kernel keeps from its UAPI: the JIT gave up

int say_nothing(libbpf_print_level, const char*, va_list) {
    return 0;
}

Error load_failure(int code, std::vector<char>& log) {
    if (code == EPERM || code == EACCES) {
        if (log.front() == '\0')
            return system_failure("load a program into the kernel", code).error();
    }
    std::string text(log.data());
    if (text.size() > log_shown)
        text.erase(0, text.size() - log_shown);
    return {fmt::format("the kernel refuses the compiled program ({}). This is a bug of PFQ: please report it with the "
                        "program and these last words of the kernel's verifier:\n{}",
                        fmt::format("error {}", code), text),
            true};
}

/// What another form of the same program may not run into: the verifier's limit, and the JIT's. Nothing otherwise.
std::optional<Error> form_failure(int code) {
    if (code == E2BIG)
        return Error{.text = "the kernel's verifier gave up: more than a million instructions to look at",
                     .rejected = true,
                     .form = true};
    if (code == not_supported)
        return Error{.text = "the kernel cannot translate the program to machine code (error 524)",
                     .rejected = true,
                     .form = true};
    return std::nullopt;
}

bool jit_is_on() {
    std::ifstream setting("/proc/sys/net/core/bpf_jit_enable");
    int value = 0;
    return setting >> value && value != 0;
}

bpf_prog_info info_of(int program) {
    bpf_prog_info info{};
    __u32 size = sizeof info;
    if (bpf_obj_get_info_by_fd(program, &info, &size) != 0)
        return {};
    return info;
}

} // namespace

void KernelObject::Close::operator()(bpf_object* object) const {
    bpf_object__close(object);
}

Result<KernelObject> KernelObject::load(const std::string& object, const std::map<std::string, int>& maps,
                                        bool multi_buffer) {
    static std::once_flag quiet;
    std::call_once(quiet, [] { libbpf_set_print(say_nothing); });
    // Statistics cost nothing. Without any log libbpf would load what fails once more, with one, which takes seconds.
    LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "pfq", .kernel_log_level = log_statistics);
    KernelObject loaded(bpf_object__open_mem(object.data(), object.size(), &options));
    if (!loaded.object_)
        return std::unexpected(Error{"internal error: the compiled object is not well formed"});
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, loaded.object_.get()) {
        const auto shared = maps.find(bpf_map__name(map));
        if (shared != maps.end() && bpf_map__reuse_fd(map, shared->second) != 0)
            return system_failure("share the map " + shared->first, errno);
    }
    bpf_program* program = bpf_object__next_program(loaded.object_.get(), nullptr);
    if (multi_buffer)
        bpf_program__set_flags(program, bpf_program__flags(program) | BPF_F_XDP_HAS_FRAGS);
    if (bpf_object__load(loaded.object_.get()) == 0) {
        // Kernels that may interpret do so silently when their JIT gives up.
        if (info_of(loaded.program()).jited_prog_len == 0 && jit_is_on())
            return std::unexpected(*form_failure(not_supported));
        return loaded;
    }
    if (auto failure = form_failure(errno))
        return std::unexpected(std::move(*failure));
    // Once more, to hear why: logs are slow, so the first attempt goes without.
    options.kernel_log_level = log_all;
    KernelObject again(bpf_object__open_mem(object.data(), object.size(), &options));
    bpf_object__for_each_map(map, again.object_.get()) {
        const auto shared = maps.find(bpf_map__name(map));
        if (shared != maps.end())
            bpf_map__reuse_fd(map, shared->second);
    }
    std::vector<char> log(log_size);
    bpf_program__set_log_buf(bpf_object__next_program(again.object_.get(), nullptr), log.data(), log.size());
    if (bpf_object__load(again.object_.get()) == 0)
        return again;
    return std::unexpected(load_failure(errno, log));
}

int KernelObject::program() const {
    return bpf_program__fd(bpf_object__next_program(object_.get(), nullptr));
}

int KernelObject::map(const char* name) const {
    return bpf_object__find_map_fd_by_name(object_.get(), name);
}

std::uint32_t id_of_program(int program) {
    return info_of(program).id;
}

std::uint32_t verified_instructions(int program) {
    return info_of(program).verified_insns;
}

} // namespace pfq::engine
