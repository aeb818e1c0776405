#include "tests/support/live_program/live_program.hpp"

#include <algorithm>
#include <bpf/bpf.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <elf.h>
#include <linux/bpf.h>

#include "codegen/compiler.hpp"
#include "engine/live/steering_map.hpp"
#include "lang/compile.hpp"
#include "lang/diagnostics/render.hpp"
#include "lang/pipeline/effects.hpp"

namespace pfq::test {
namespace {

using engine::Error;
using engine::Result;

Result<lang::Pipeline> pipeline_of(const std::string& program) {
    lang::SourceSet sources;
    const auto file = sources.add("program", program);
    auto compiled = lang::compile(sources, file, {.loader = {}, .optimise = true});
    if (compiled)
        return std::move(compiled->pipeline);
    std::string text;
    for (const lang::Diagnostic& diagnostic : compiled.error())
        text += render_text(diagnostic, sources, false);
    return std::unexpected(Error{text});
}

/// Of all functions in an object of the compiler.
std::uint32_t instructions_in(std::string_view object) {
    Elf64_Ehdr header{};
    std::memcpy(&header, object.data(), std::min(object.size(), sizeof header));
    std::uint64_t bytes = 0;
    for (unsigned i = 0; i < header.e_shnum; ++i) {
        Elf64_Shdr section{};
        std::memcpy(&section, object.substr(header.e_shoff + i * sizeof section).data(), sizeof section);
        if (section.sh_flags & SHF_EXECINSTR)
            bytes += section.sh_size;
    }
    return static_cast<std::uint32_t>(bytes / sizeof(bpf_insn));
}

/// Nanoseconds.
double thread_time() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

class Stopwatch {
public:
    double lap() {
        const auto now = std::chrono::steady_clock::now();
        return std::chrono::duration<double, std::milli>(now - std::exchange(last_, now)).count();
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

} // namespace

Result<ProgramSize> size_of_program(int program, std::string_view object) {
    bpf_prog_info info{};
    __u32 size = sizeof info;
    if (bpf_obj_get_info_by_fd(program, &info, &size) != 0)
        return engine::system_failure("ask for the size of a program", errno);
    return ProgramSize{instructions_in(object), static_cast<std::uint32_t>(info.xlated_prog_len / sizeof(bpf_insn)),
                       info.jited_prog_len, info.verified_insns};
}

Result<std::unique_ptr<LiveProgram>> LiveProgram::load(const LiveSpec& spec) {
    auto made = std::make_unique<LiveProgram>();
    made->spec_ = spec;
    auto maps = engine::live::SharedMaps::open(made->state_);
    if (!maps)
        return std::unexpected(maps.error());
    made->maps_ = std::move(*maps);

    Stopwatch watch;
    codegen::Request request;
    request.live = true;
    request.target = spec.tc ? codegen::Target::bpf_tc : codegen::Target::bpf_xdp;
    for (const std::string& program : spec.groups) {
        auto pipeline = pipeline_of(program);
        if (!pipeline)
            return std::unexpected(pipeline.error());
        request.groups.push_back(std::move(*pipeline));
    }
    request.ring_classes = spec.sockets == 0 ? 0 : 1U << engine::live::ring_class_for(spec.budget);
    const auto compiled =
        codegen::compile(request, {.cache = spec.cache, .limit = std::chrono::minutes(1), .helper = {}});
    if (!compiled)
        return std::unexpected(Error{compiled.error().text});
    made->times_.compile = watch.lap();

    for (unsigned group = 0; group < spec.groups.size(); ++group)
        if (auto done = made->add_group(group, request.groups[group]); !done)
            return std::unexpected(done.error());
    watch.lap();
    auto object = engine::KernelObject::load(compiled->output, made->maps_->descriptors());
    if (!object)
        return std::unexpected(object.error());
    made->times_.load = watch.lap();
    made->object_ = std::move(*object);
    auto size = size_of_program(made->program(), compiled->output);
    if (!size)
        return std::unexpected(size.error());
    made->size_ = *size;
    return made;
}

/// As engine/live/reconcile.cpp does it.
Result<void> LiveProgram::add_group(unsigned number, const lang::Pipeline& pipeline) {
    std::vector<engine::Member> members;
    for (unsigned i = 0; i < spec_.sockets; ++i) {
        const auto slot = static_cast<unsigned>(sockets_.size());
        engine::live::SocketOptions options{.name = {},
                                            .weight = 1,
                                            .class_mask = ~std::uint64_t{0},
                                            .snaplen = spec_.snaplen,
                                            .time = spec_.time,
                                            .order = queue::Order::none,
                                            .budget = spec_.budget};
        auto socket = engine::live::LiveSocket::create(slot, options, state_, *maps_);
        if (!socket)
            return std::unexpected(socket.error());
        sockets_.push_back(std::move(*socket));
        members.push_back({static_cast<std::uint16_t>(slot), 1, ~std::uint64_t{0}});
    }
    pfq_group_config config{};
    std::size_t place = 0;
    for (const std::uint64_t mask : lang::effects_of(pipeline).class_masks) {
        const pfq_steering steering = engine::live::make_steering(members, mask);
        if (auto done = engine::write_map(maps_->get("pfq_steering"), steerings_, &steering); !done)
            return done;
        config.masks[place] = mask;
        config.steering[place++] = steerings_++;
    }
    return engine::write_map(maps_->get("pfq_group_config"), number, &config);
}

std::uint64_t LiveProgram::read() {
    std::uint64_t count = 0;
    for (const auto& socket : sockets_)
        for (queue::Batch batch = socket->reader().read(); !batch.empty(); batch = socket->reader().read())
            count += batch.size();
    return count;
}

RunTime run_program(int program, const std::vector<std::uint8_t>& packet, unsigned repeat) {
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet.data(),
                .data_size_in = static_cast<std::uint32_t>(packet.size()), .repeat = static_cast<int>(repeat));
    const double start = thread_time();
    if (bpf_prog_test_run_opts(program, &options) != 0)
        return {-1, -1};
    return {static_cast<double>(options.duration), (thread_time() - start) / repeat};
}

std::vector<std::uint8_t> make_packet(std::size_t size, std::uint16_t port, bool tcp) {
    std::vector<std::uint8_t> packet{2, 0, 0, 0,  0, 1, 2, 0,  0, 0, 0, 2,   8,   0, 0x45, 0, 0, 0, 0,
                                     0, 0, 0, 64, 0, 0, 0, 10, 1, 2, 3, 192, 168, 1, 2,    4, 0, 0, 0};
    packet[23] = tcp ? 6 : 17;
    packet[36] = static_cast<std::uint8_t>(port >> 8);
    packet[37] = static_cast<std::uint8_t>(port);
    packet.resize(std::max<std::size_t>(size, 60));
    packet[16] = static_cast<std::uint8_t>((packet.size() - 14) >> 8);
    packet[17] = static_cast<std::uint8_t>(packet.size() - 14);
    if (tcp) {
        packet[46] = 0x50; // length of the header
        packet[47] = 0x02; // SYN
    }
    return packet;
}

} // namespace pfq::test
