// PFQ through its engine: groups and sockets of this process on one device, which is their own.
#include <chrono>
#include <fmt/format.h>
#include <thread>

#include "bench/live/receiver.hpp"
#include "engine/live/engine.hpp"
#include "lang/compile.hpp"
#include "lang/diagnostics/render.hpp"

namespace pfq::bench {
namespace {

using engine::Error;
using namespace engine::live;
using namespace std::chrono_literals;

Result<lang::Pipeline> pipeline_of(const std::string& program) {
    lang::SourceSet sources;
    const auto file = sources.add("program", program);
    auto compiled = lang::compile(sources, file, {.loader = {}, .optimise = true});
    if (compiled)
        return std::move(compiled->pipeline);
    return std::unexpected(Error{render_text(compiled.error().front(), sources, false)});
}

class PfqReceiver : public Receiver {
public:
    PfqReceiver(std::unique_ptr<Engine> engine, std::vector<unsigned> slots, std::uint32_t size)
        : engine_(std::move(engine)), slots_(std::move(slots)), size_(size) {}

    /// One thread reads all sockets in turn: the machine has few processors, and the peers have one reader each.
    Received run(const std::atomic<bool>& stop) override {
        Received received;
        while (true) {
            const bool last = stop;
            bool found = false;
            for (const unsigned slot : slots_) {
                queue::QueueReader& reader = engine_->socket(slot).reader();
                const queue::Batch batch = slots_.size() == 1 ? reader.wait(last ? 2ms : 10ms) : reader.read();
                for (const pfq_record* record : batch)
                    received.look_at(reinterpret_cast<const std::uint8_t*>(record + 1), record->captured, size_);
                found = found || !batch.empty() || (last && reader.still_queued() != 0);
            }
            if (last && !found)
                return received;
            if (!found && slots_.size() > 1)
                std::this_thread::sleep_for(50us);
        }
    }

private:
    std::unique_ptr<Engine> engine_;
    std::vector<unsigned> slots_;
    std::uint32_t size_;
};

} // namespace

namespace {

/// Milliseconds.
Result<double> timed_commit(Transaction& transaction) {
    const auto start = std::chrono::steady_clock::now();
    if (auto done = transaction.commit(); !done)
        return std::unexpected(done.error());
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

Result<double> attach_and_swap(const std::string& device, const lang::Pipeline& first, const lang::Pipeline& second,
                               SwapTimes& times) {
    auto engine = Engine::open();
    if (!engine)
        return std::unexpected(engine.error());
    unsigned number = 0;
    {
        auto transaction = (*engine)->begin();
        if (!transaction)
            return std::unexpected(transaction.error());
        GroupOptions group;
        group.pipeline = first;
        auto added = (*transaction)->add_group(std::move(group));
        if (!added)
            return std::unexpected(added.error());
        number = *added;
        BindOptions bind;
        bind.device = device;
        if (auto done = (*transaction)->bind(number, bind); !done)
            return std::unexpected(done.error());
        auto time = timed_commit(**transaction);
        if (!time)
            return time;
        times.attach.push_back(*time);
    }
    auto transaction = (*engine)->begin();
    if (!transaction)
        return std::unexpected(transaction.error());
    if (auto done = (*transaction)->set_program(number, second, {}); !done)
        return std::unexpected(done.error());
    auto time = timed_commit(**transaction);
    if (time)
        times.swap.push_back(*time);
    return time;
}

} // namespace

Result<SwapTimes> measure_swaps(const std::string& device, unsigned rounds) {
    const auto first = pipeline_of("udp >-> port 53"), second = pipeline_of("udp >-> port 54");
    if (!first || !second)
        return std::unexpected((first ? second : first).error());
    SwapTimes warm, times; // the first round compiles
    for (unsigned round = 0; round <= rounds; ++round)
        if (auto done = attach_and_swap(device, *first, *second, round == 0 ? warm : times); !done)
            return std::unexpected(done.error());
    return times;
}

Result<std::unique_ptr<Receiver>> make_pfq_receiver(const ReceiverOptions& options) {
    auto engine = Engine::open();
    if (!engine)
        return std::unexpected(engine.error());
    auto transaction = (*engine)->begin();
    if (!transaction)
        return std::unexpected(transaction.error());
    std::vector<unsigned> slots;
    for (unsigned i = 0; i < options.groups; ++i) {
        // Of several groups, one delivers; the others look for other ports.
        auto pipeline = pipeline_of(i == 0 ? (options.steered ? "udp >-> steer_flow" : "udp")
                                           : fmt::format("udp >-> port {}", 65000 + i));
        if (!pipeline)
            return std::unexpected(pipeline.error());
        GroupOptions group;
        group.pipeline = std::move(*pipeline);
        auto number = (*transaction)->add_group(std::move(group));
        if (!number)
            return std::unexpected(number.error());
        for (unsigned j = 0; j < options.sockets; ++j) {
            SocketOptions socket;
            socket.name = fmt::format("s{}", slots.size());
            socket.time = options.precise ? PFQ_TIME_PRECISE : PFQ_TIME_NONE;
            socket.order = options.precise ? queue::Order::time : queue::Order::none;
            auto slot = (*transaction)->add_socket(socket);
            if (!slot)
                return std::unexpected(slot.error());
            slots.push_back(*slot);
            if (auto done = (*transaction)->join(*number, *slot); !done)
                return std::unexpected(done.error());
        }
        BindOptions bind;
        bind.device = options.device;
        bind.ownership = Ownership::own;
        bind.mode = Mode::native;
        if (auto done = (*transaction)->bind(*number, bind); !done)
            return std::unexpected(done.error());
    }
    if (auto done = (*transaction)->commit(); !done)
        return std::unexpected(done.error());
    transaction->reset();
    return std::make_unique<PfqReceiver>(std::move(*engine), std::move(slots), options.size);
}

} // namespace pfq::bench
