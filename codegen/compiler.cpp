#include "codegen/compiler.hpp"
#include "codegen/build.hpp"
#include "codegen/cache.hpp"
#include "codegen/helper.hpp"
#include "codegen/sha256.hpp"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace pfq::codegen {

namespace {

/// Identifies the processor that native code is made for: model and features as it reports them.
std::string processor() {
    std::string text;
#if defined(__x86_64__)
    for (const unsigned leaf : {0x0U, 0x1U, 0x7U, 0x80000001U, 0x80000002U, 0x80000003U, 0x80000004U}) {
        unsigned a = 0, b = 0, c = 0, d = 0;
        if (__get_cpuid_count(leaf, 0, &a, &b, &c, &d) == 0)
            continue;
        if (leaf == 1)
            b = 0; // the number of the core that asks
        for (const unsigned word : {a, b, c, d})
            text += std::to_string(word) + " ";
    }
#endif
    return text;
}

} // namespace

std::string cache_key(const Request& request) {
    std::string text = build_id() + "\n";
    if (request.target == Target::native && request.cpu.empty())
        text += processor() + "\n";
    return sha256(text + encode(request));
}

std::expected<Compiled, CompileError> compile(const Request& request, const CompileOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const auto passed = [&] {
        return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    };
    const Cache cache = options.cache ? Cache::of_user() : Cache("");
    const std::string key = cache.enabled() ? cache_key(request) : "";
    if (auto found = cache.find(key))
        return Compiled{.output = std::move(*found), .cached = true, .helper = {}, .total = passed()};

    const std::string helper = options.helper.empty() ? find_helper() : options.helper;
    if (helper.empty())
        return std::unexpected(
            CompileError{"pfq-compile is not installed beside this program; set PFQ_COMPILE to its path", true});
    const auto bytes = run_helper(helper, encode(request), options.limit);
    if (!bytes)
        return std::unexpected(CompileError{bytes.error(), true});
    auto reply = decode_reply(*bytes);
    if (!reply)
        return std::unexpected(CompileError{reply.error(), true});
    if (!reply->ok)
        return std::unexpected(CompileError{reply->output, false});
    if (reply->build != build_id())
        return std::unexpected(CompileError{helper + " belongs to another build of PFQ", true});
    cache.store(key, reply->output);
    return Compiled{.output = std::move(reply->output), .cached = false, .helper = reply->timings, .total = passed()};
}

} // namespace pfq::codegen
