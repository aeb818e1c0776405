#include "tests/unit/codegen/run.hpp"
#include <algorithm>
#include <stdexcept>
#include <utility>

namespace pfq::test {

namespace {

codegen::Request request_of(const lang::Pipeline& pipeline, codegen::Shape shape) {
    codegen::Request request;
    request.shape = shape;
    request.groups = {pipeline};
    return request;
}

codegen::Compiled compiled_anew(const codegen::Request& request) {
    auto compiled = codegen::compile(request, {.cache = false, .helper = {}});
    if (!compiled)
        throw std::runtime_error(compiled.error().text);
    return std::move(*compiled);
}

codegen::NativeProgram load(const std::string& object) {
    auto program = codegen::NativeProgram::load(object);
    if (!program)
        throw std::runtime_error(program.error());
    return std::move(*program);
}

std::string log_line(unsigned kind, std::size_t message, const lang::Verdict& so_far) {
    return std::to_string(kind) + " " + std::to_string(message) + " mark " + std::to_string(so_far.mark) + " fanout " +
           std::to_string(static_cast<unsigned>(so_far.fanout)) + " class " + std::to_string(so_far.class_mask) +
           " state " + std::to_string(so_far.state);
}

lang::Verdict from_abi(const pfq_verdict& v) {
    return {.fanout = static_cast<lang::Fanout>(v.fanout),
            .to_kernel = v.to_kernel != 0,
            .dropped_by = static_cast<lang::DropBy>(v.dropped_by),
            .class_mask = v.class_mask,
            .key1 = v.key1,
            .key2 = v.key2,
            .mark = v.mark,
            .state = v.state,
            .slice = v.slice,
            .forward = v.forward};
}

int lookup(void*, pfq_u32 table, const pfq_table_key* key) {
    return table_holds(table, {.high = key->high,
                               .low = key->low,
                               .high2 = key->high2,
                               .low2 = key->low2,
                               .port = key->port,
                               .port2 = key->port2,
                               .protocol = key->protocol,
                               .ipv6 = key->ipv6 != 0});
}

void log(void* logger, pfq_u32 kind, pfq_u32 message, const pfq_packet*, const pfq_verdict* verdict) {
    static_cast<std::vector<std::string>*>(logger)->push_back(log_line(kind, message, from_abi(*verdict)));
}

} // namespace

Native::Native(const lang::Pipeline& pipeline, codegen::Shape shape) : Native(request_of(pipeline, shape)) {}

Native::Native(const codegen::Request& request) : compiled_(compiled_anew(request)), program_(load(compiled_.output)) {}

Native::Result Native::run(const TestPacket& packet, std::size_t group) const {
    Result result;
    const pfq_packet input = to_abi(packet);
    std::vector<pfq_device_address> addresses(packet.device + 1, {lang::absent, lang::absent, lang::absent});
    addresses.back() = to_abi_address(packet);
    std::array<pfq_u32, lang::max_devices> devices{};
    for (unsigned i = 0; i < devices.size(); ++i)
        devices[i] = i + 1;
    pfq_env env{.addresses = addresses.data(),
                .devices = devices.data(),
                .counters = result.counters.data(),
                .lookup = lookup,
                .tables = nullptr,
                .log = log,
                .logger = &result.log};
    pfq_verdict verdict{};
    program_.batch(group)(&input, 1, &verdict, &env);
    result.verdict = from_abi(verdict);
    result.accepted = result.verdict.fanout != lang::Fanout::drop;
    if (!program_.filter(group))
        return result;
    pfq_u64 accepted = 0;
    std::array<std::uint64_t, lang::max_counters> counted_again{};
    env.counters = counted_again.data();
    env.log = nullptr;
    program_.filter(group)(&input, 1, &accepted, &env);
    result.accepted = accepted == 1;
    return result;
}

Native::Result run_reference(const lang::Pipeline& pipeline, const TestPacket& packet) {
    return run_reference(pipeline, packet, pipeline);
}

Native::Result run_reference(const lang::Pipeline& pipeline, const TestPacket& packet, const lang::Pipeline& numbers) {
    const auto number = [](const auto& from, std::size_t index, const auto& to) {
        const auto place = std::find(to.begin(), to.end(), from[index]);
        return static_cast<std::size_t>(place - to.begin()); // not there: one too many
    };
    Native::Result result;
    lang::reference::Environment environment;
    for (std::size_t i = 0; i < pipeline.devices.size(); ++i)
        environment.devices.push_back(static_cast<std::uint32_t>(number(pipeline.devices, i, numbers.devices) + 1));
    environment.lookup = [&](std::size_t table, const lang::TableKey& key) {
        return table_holds(number(pipeline.tables, table, numbers.tables), key);
    };
    environment.counters = &result.counters;
    environment.log = [&](lang::LogKind kind, std::size_t message, const lang::Verdict& so_far) {
        const std::size_t known = number(pipeline.messages, message, numbers.messages);
        result.log.push_back(log_line(static_cast<unsigned>(kind), known, so_far));
    };
    result.verdict = evaluate(pipeline, to_input(packet), environment);
    result.accepted = result.verdict.fanout != lang::Fanout::drop;
    const std::uint64_t forward = std::exchange(result.verdict.forward, 0);
    for (std::size_t i = 0; i < pipeline.devices.size(); ++i)
        if (forward >> i & 1)
            result.verdict.forward |= std::uint64_t{1} << number(pipeline.devices, i, numbers.devices);
    return result;
}

bool table_holds(std::size_t table, const lang::TableKey& key) {
    std::uint64_t hash = table;
    for (const std::uint64_t part : {key.high, key.low, key.high2, key.low2, std::uint64_t{key.port},
                                     std::uint64_t{key.port2}, std::uint64_t{key.protocol}, std::uint64_t{key.ipv6}})
        hash = lang::mix(hash, part);
    return hash % 2 == 0;
}

std::string show(const Native::Result& result) {
    const auto& v = result.verdict;
    std::string text = "fanout " + std::to_string(static_cast<unsigned>(v.fanout)) + " class " +
                       std::to_string(v.class_mask) + " keys " + std::to_string(v.key1) + " " + std::to_string(v.key2) +
                       " mark " + std::to_string(v.mark) + " state " + std::to_string(v.state) + " slice " +
                       std::to_string(v.slice) + " forward " + std::to_string(v.forward) + " kernel " +
                       std::to_string(v.to_kernel) + " accepted " + std::to_string(result.accepted);
    for (std::size_t i = 0; i < result.counters.size(); ++i)
        if (result.counters[i] != 0)
            text += " counter" + std::to_string(i) + "=" + std::to_string(result.counters[i]);
    for (const auto& line : result.log)
        text += " [" + line + "]";
    return text;
}

bool same(const Native::Result& a, const Native::Result& b) {
    return a.verdict == b.verdict && a.accepted == b.accepted && a.log == b.log && a.counters == b.counters;
}

} // namespace pfq::test
