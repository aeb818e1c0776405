// Runs programs of cases.
#include "tests/corpus/executions.hpp"
#include "codegen/compiler.hpp"
#include "lang/diagnostics/render.hpp"
#include "lang/reference/evaluate.hpp"
#include <stdexcept>

namespace pfq::test {

namespace {

constexpr std::size_t per_object = codegen::NativeProgram::max_groups;

bool holds(const ProgramCase& program, const lang::Table& table, const lang::TableKey& key) {
    const auto found = program.tables.find(table.name);
    return found != program.tables.end() && found->second.holds(table.kind, key);
}

std::vector<std::uint32_t> device_indices(const lang::Pipeline& pipeline) {
    std::vector<std::uint32_t> out;
    for (const std::string& device : pipeline.devices)
        out.push_back(device_index(device));
    return out;
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

/// What native code's callbacks get back.
struct NativeWorld {
    const lang::Pipeline& pipeline;
    const ProgramCase& program;
    std::vector<std::string>& events;
};

int native_lookup(void* tables, pfq_u32 table, const pfq_table_key* key) {
    const auto& world = *static_cast<const NativeWorld*>(tables);
    return holds(world.program, world.pipeline.tables.at(table),
                 {.high = key->high,
                  .low = key->low,
                  .high2 = key->high2,
                  .low2 = key->low2,
                  .port = key->port,
                  .port2 = key->port2,
                  .protocol = key->protocol,
                  .ipv6 = key->ipv6 != 0});
}

void native_log(void* logger, pfq_u32 kind, pfq_u32 message, const pfq_packet*, const pfq_verdict*) {
    auto& world = *static_cast<NativeWorld*>(logger);
    world.events.push_back(event_text(world.pipeline, static_cast<lang::LogKind>(kind), message));
}

codegen::NativeProgram make_object(std::vector<lang::Pipeline> pipelines) {
    codegen::Request request;
    request.groups = std::move(pipelines);
    const auto compiled = codegen::compile(request, {.cache = false, .limit = std::chrono::minutes(5), .helper = {}});
    if (!compiled)
        throw std::runtime_error(compiled.error().text);
    auto object = codegen::NativeProgram::load(compiled->output);
    if (!object)
        throw std::runtime_error(object.error());
    return std::move(*object);
}

} // namespace

std::string event_text(const lang::Pipeline& pipeline, lang::LogKind kind, std::size_t message) {
    switch (kind) {
    case lang::LogKind::message:
        return "message:" + pipeline.messages.at(message);
    case lang::LogKind::packet:
        return "packet";
    case lang::LogKind::buffer:
        return "buffer";
    case lang::LogKind::trace:
        return "trace";
    default:
        return "dummy:" + pipeline.messages.at(message);
    }
}

Outcome name_devices(const lang::Verdict& verdict, const lang::Pipeline& pipeline) {
    Outcome outcome{.verdict = verdict, .forward = {}, .counters = {}, .events = {}};
    for (std::size_t i = 0; i < pipeline.devices.size(); ++i)
        if (verdict.forward >> i & 1)
            outcome.forward.insert(pipeline.devices[i]);
    outcome.verdict.forward = 0;
    return outcome;
}

std::expected<lang::Pipeline, std::string> compile_program(const std::string& program, bool optimise) {
    lang::SourceSet sources;
    const auto file = sources.add("program", program);
    auto compiled = lang::compile(sources, file, {.loader = {}, .optimise = optimise});
    if (compiled)
        return std::move(compiled->pipeline);
    std::string text;
    for (const lang::Diagnostic& diagnostic : compiled.error())
        text += render_text(diagnostic, sources, false);
    return std::unexpected(text);
}

Outcome run_reference(const lang::Pipeline& pipeline, const ProgramCase& program, const TestPacket& packet) {
    std::vector<std::string> events;
    std::array<std::uint64_t, lang::max_counters> counters{};
    lang::reference::Environment environment;
    environment.devices = device_indices(pipeline);
    environment.lookup = [&](std::size_t table, const lang::TableKey& key) {
        return holds(program, pipeline.tables.at(table), key);
    };
    environment.log = [&](lang::LogKind kind, std::size_t message, const lang::Verdict&) {
        events.push_back(event_text(pipeline, kind, message));
    };
    environment.counters = &counters;
    Outcome outcome = name_devices(evaluate(pipeline, to_input(packet), environment), pipeline);
    outcome.counters = counters;
    outcome.events = std::move(events);
    return outcome;
}

NativePrograms::NativePrograms(std::vector<lang::Pipeline> pipelines) : pipelines_(std::move(pipelines)) {
    for (std::size_t first = 0; first < pipelines_.size(); first += per_object) {
        const auto begin = pipelines_.begin() + static_cast<std::ptrdiff_t>(first);
        const auto count = std::min(per_object, pipelines_.size() - first);
        objects_.push_back(make_object({begin, begin + static_cast<std::ptrdiff_t>(count)}));
    }
}

Outcome NativePrograms::run(std::size_t index, const ProgramCase& program, const TestPacket& packet) const {
    const lang::Pipeline& pipeline = pipelines_[index];
    const codegen::NativeProgram& object = objects_[index / per_object];
    std::vector<std::string> events;
    std::array<std::uint64_t, lang::max_counters> counters{};
    NativeWorld world{pipeline, program, events};
    const pfq_packet input = to_abi(packet);
    std::vector<pfq_device_address> addresses(packet.device + 1, {lang::absent, lang::absent, lang::absent});
    addresses.back() = to_abi_address(packet);
    const auto devices = device_indices(pipeline);
    pfq_env env{.addresses = addresses.data(),
                .devices = devices.data(),
                .counters = counters.data(),
                .lookup = native_lookup,
                .tables = &world,
                .log = native_log,
                .logger = &world};
    pfq_verdict verdict{};
    object.batch(index % per_object)(&input, 1, &verdict, &env);
    Outcome outcome = name_devices(from_abi(verdict), pipeline);
    outcome.counters = counters;
    outcome.events = events;
    std::array<std::uint64_t, lang::max_counters> counted_again{};
    env.counters = counted_again.data();
    env.log = nullptr;
    pfq_u64 accepted = 0;
    object.filter(index % per_object)(&input, 1, &accepted, &env);
    if ((accepted == 1) != (outcome.verdict.fanout != lang::Fanout::drop))
        throw std::runtime_error("the filter and the verdict disagree");
    return outcome;
}

} // namespace pfq::test
