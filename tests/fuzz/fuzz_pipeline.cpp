// Any bytes as a pipeline and as a request to the compile helper: refused, or sound, the same when written again, and
// of the same meaning when optimised.
#include "codegen/request.hpp"
#include "lang/optimise/optimise.hpp"
#include "lang/reference/evaluate.hpp"
#include <cstddef>
#include <cstdlib>

namespace {

using namespace pfq;

void require(bool condition) {
    if (!condition)
        std::abort();
}

lang::Verdict verdict(const lang::Pipeline& pipeline, std::span<const std::uint8_t> bytes) {
    lang::reference::Environment environment;
    environment.devices.assign(pipeline.devices.size(), 1);
    std::array<std::uint64_t, lang::max_counters> counters{};
    environment.counters = &counters;
    return evaluate(pipeline, {.bytes = bytes, .length = static_cast<std::uint32_t>(bytes.size())}, environment);
}

/// An Ethernet frame with IPv4, TCP and 8 bytes of payload.
constexpr std::uint8_t frame[62] = {0,  27,  33, 170, 187, 204, 2, 0, 0, 0,  0, 1, 8,    0,    0x45, 0, 0,
                                    48, 0,   1,  0,   0,   64,  6, 0, 0, 10, 0, 0, 1,    10,   0,    0, 2,
                                    1,  187, 0,  80,  0,   0,   0, 1, 0, 0,  0, 2, 0x50, 0x12, 1,    0};

void check_pipeline(const lang::Pipeline& pipeline) {
    require(lang::check(pipeline).empty());
    lang::Pipeline again;
    require(lang::deserialise(lang::serialise(pipeline), again) && again == pipeline);
    const lang::Pipeline optimised = lang::optimise(pipeline);
    require(lang::check(optimised).empty());
    require(verdict(pipeline, frame) == verdict(optimised, frame));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    lang::Pipeline pipeline;
    if (lang::deserialise(bytes, pipeline))
        check_pipeline(pipeline);
    if (const auto request = codegen::decode_request(bytes)) {
        const auto again = codegen::decode_request(codegen::encode(*request));
        require(again && again->groups == request->groups && again->cpu == request->cpu);
        for (const auto& group : request->groups)
            check_pipeline(group);
    }
    (void)codegen::decode_reply(bytes);
    return 0;
}
