#include "engine/file/evaluator.hpp"

#include <algorithm>
#include <bit>

#include "engine/capture/link_layer.hpp"
#include "engine/file/fault.hpp"

namespace pfq::engine {
namespace {

void count_computation_drops(GroupCounters& counters, std::uint64_t packets) {
    const std::uint64_t before = counters.computation;
    counters.computation += packets;
    if (fault::miscount && before / fault::period != counters.computation / fault::period)
        ++counters.berkeley_filter;
}

} // namespace

Evaluator::Evaluator(const SharedPlan& shared)
    : shared_(shared), plan_(*shared.plan), packets_(chunk), links_(chunk), passing_(chunk), passing_at_(chunk),
      passing_verdicts_(chunk), verdicts_(chunk * plan_.groups.size()), fates_(verdicts_.size()),
      seen_(shared.keeps_records.size()), last_eligible_(plan_.groups.size()) {}

void Evaluator::evaluate(Job& job, std::size_t limit) {
    job_ = &job;
    last_link_ = nullptr;
    const std::size_t total = std::min(limit, job.batch.size());
    reset(job.outcome, total);
    for (std::size_t begin = 0; begin < total; begin += chunk) {
        const std::size_t first_event = job.outcome.events.size();
        load(begin, std::min(chunk, total - begin));
        if (shared_.single_plain_filter && plan_.groups[0].filter.empty() && !plan_.groups[0].vlan && all_supported_) {
            evaluate_plainly(begin);
            continue;
        }
        for (std::size_t group = 0; group < plan_.groups.size(); ++group)
            evaluate_group(group);
        for (std::size_t i = 0; i < count_; ++i)
            deliver(begin, i);
        if (plan_.groups.size() > 1)
            std::stable_sort(job.outcome.events.begin() + static_cast<std::ptrdiff_t>(first_event),
                             job.outcome.events.end(),
                             [](const LogEvent& a, const LogEvent& b) { return a.packet < b.packet; });
    }
}

void Evaluator::reset(Outcome& outcome, std::size_t packets) const {
    outcome.devices.assign(plan_.inputs.size(), {});
    outcome.groups.assign(plan_.groups.size(), {});
    outcome.user.resize(plan_.groups.size());
    for (auto& counters : outcome.user)
        counters.fill(0);
    outcome.sockets.assign(plan_.sockets.size(), {});
    outcome.forwards.assign(plan_.forwards.size(), {});
    outcome.records.resize(shared_.keeps_records.size());
    for (auto& records : outcome.records)
        records.clear();
    outcome.events.clear();
    outcome.reached = 0;
    outcome.reached_at.assign(plan_.count == 0 ? 0 : packets, 0);
}

const LinkInfo& Evaluator::link_of(std::uint16_t link_type) {
    if (last_link_ == nullptr || last_link_->link_type != link_type)
        last_link_ = &*std::ranges::find(*job_->links, link_type, &LinkInfo::link_type);
    return *last_link_;
}

namespace {

capture::LinkHeader link_header(const LinkInfo& link, const capture::Packet& packet) {
    if (link.is_ethernet || link.layer == nullptr)
        return {.l3_offset = 0, .ethertype = 0, .has_ethernet = link.is_ethernet};
    return link.layer->parse({packet.data, packet.captured});
}

} // namespace

/// Makes the inputs of the computations from packets [begin, begin + count) of the batch.
void Evaluator::load(std::size_t begin, std::size_t count) {
    const std::span<const capture::Packet> packets = job_->batch.packets().subspan(begin, count);
    count_ = count;
    all_supported_ = true;
    for (const capture::Packet& packet : packets)
        __builtin_prefetch(packet.data);
    for (std::size_t i = 0; i < count; ++i) {
        const capture::Packet& from = packets[i];
        pfq_packet& to = packets_[i];
        DeviceCounters& device = job_->outcome.devices[from.device];
        ++device.received;
        device.received_bytes += from.captured;
        links_[i] = &link_of(from.link_type);
        const capture::LinkHeader header = link_header(*links_[i], from);
        all_supported_ = all_supported_ && links_[i]->layer != nullptr;
        to.data = from.data;
        to.captured = from.captured;
        to.length = from.length;
        to.time = from.time_ns;
        to.sequence = job_->first + begin + i;
        to.device = job_->devices.empty() ? job_->device : job_->devices[begin + i];
        to.mark = 0;
        to.queue = 0;
        to.flags = header.has_ethernet ? PFQ_PACKET_ETHERNET : 0;
        to.l3_offset = header.l3_offset;
        to.ethertype = header.ethertype;
    }
}

pfq_env Evaluator::environment(std::size_t group) {
    logging_group_ = group;
    pfq_env env{};
    env.addresses = job_->addresses.get();
    env.devices = shared_.device_numbers[group].data();
    env.counters = job_->outcome.user[group].data();
    env.lookup = look_up;
    env.tables = const_cast<GroupPlan*>(&plan_.groups[group]);
    env.log = note_log;
    env.logger = this;
    return env;
}

void Evaluator::note_log(void* logger, pfq_u32 kind, pfq_u32 message, const pfq_packet* packet,
                         const pfq_verdict* verdict) {
    auto& self = *static_cast<Evaluator*>(logger);
    self.job_->outcome.events.push_back({static_cast<std::uint32_t>(packet->sequence - self.job_->first),
                                         static_cast<std::uint32_t>(self.logging_group_),
                                         static_cast<lang::LogKind>(kind), message, *verdict});
}

int Evaluator::look_up(void* tables, pfq_u32 table, const pfq_table_key* key) {
    return static_cast<const GroupPlan*>(tables)->program.tables[table]->contains(*key);
}

/// One bit per packet instead of a verdict.
void Evaluator::evaluate_plainly(std::size_t begin) {
    std::uint64_t accepted[chunk / 64] = {};
    const pfq_env env = environment(0);
    plan_.groups[0].program.filter(packets_.data(), count_, accepted, &env);
    std::size_t passed = 0;
    for (const std::uint64_t bits : accepted)
        passed += static_cast<unsigned>(std::popcount(bits));
    Outcome& outcome = job_->outcome;
    GroupCounters& group = outcome.groups[0];
    group.received += count_;
    group.accepted += passed;
    group.picked += passed;
    group.offered += passed;
    count_computation_drops(group, count_ - passed);
    SocketCounters& socket = outcome.sockets[plan_.groups[0].sockets[0]];
    socket.offered += passed;
    socket.queued += passed;
    socket.read += passed;
    outcome.reached += passed;
    keep_records(begin, accepted);
}

/// What evaluate_plainly accepted, as records of the only socket.
void Evaluator::keep_records(std::size_t begin, std::span<const std::uint64_t> accepted) {
    Outcome& outcome = job_->outcome;
    const std::size_t socket = plan_.groups[0].sockets[0];
    const bool keeps = shared_.keeps_records[socket];
    auto& records = outcome.records[socket];
    if (keeps)
        records.reserve(job_->batch.size());
    std::uint64_t bytes = 0;
    for (std::size_t word = 0; word < accepted.size(); ++word)
        for (std::uint64_t bits = accepted[word]; bits != 0; bits &= bits - 1) {
            const std::size_t index = begin + word * 64 + static_cast<unsigned>(std::countr_zero(bits));
            const capture::Packet cut = record(index, ~std::uint32_t{0});
            bytes += cut.captured;
            if (!outcome.reached_at.empty())
                outcome.reached_at[index] = 1;
            const bool lost = fault::lose && (job_->first + index) % fault::period == fault::period - 1;
            if (keeps && !lost)
                records.push_back(cut);
        }
    outcome.sockets[socket].bytes += bytes;
}

/// The verdicts of `count` packets, at most `chunk`.
void Evaluator::run_program(std::size_t group, const pfq_packet* packets, std::size_t count, pfq_verdict* verdicts,
                            const pfq_env& env) const {
    const GroupProgram& program = plan_.groups[group].program;
    if (program.evaluate != nullptr) {
        program.evaluate(packets, count, verdicts, &env);
        return;
    }
    std::uint64_t accepted[chunk / 64] = {};
    program.filter(packets, count, accepted, &env);
    for (std::size_t i = 0; i < count; ++i) {
        verdicts[i] = pfq_verdict{};
        verdicts[i].slice = ~std::uint32_t{0};
        if (accepted[i / 64] >> (i % 64) & 1) {
            verdicts[i].class_mask = lang::class_default;
            verdicts[i].fanout = static_cast<std::uint8_t>(lang::Fanout::copy);
        }
    }
}

void Evaluator::evaluate_group(std::size_t group) {
    const GroupPlan& plan = plan_.groups[group];
    const pfq_env env = environment(group);
    if (all_supported_ && plan.filter.empty() && !plan.vlan) {
        std::fill_n(&fates_[group * chunk], count_, Fate::evaluated);
        run_program(group, packets_.data(), count_, &verdicts_[group * chunk], env);
    } else {
        evaluate_passing(group, env);
    }
    for (std::size_t i = 0; i < count_; ++i)
        if (fates_[group * chunk + i] == Fate::evaluated)
            packets_[i].mark = verdicts_[group * chunk + i].mark;
}

void Evaluator::evaluate_passing(std::size_t group, const pfq_env& env) {
    std::size_t passed = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        const Fate fate = fates_[group * chunk + i] = pass(group, i);
        if (fate != Fate::evaluated)
            continue;
        passing_[passed] = packets_[i];
        passing_at_[passed++] = static_cast<std::uint16_t>(i);
    }
    run_program(group, passing_.data(), passed, passing_verdicts_.data(), env);
    for (std::size_t i = 0; i < passed; ++i)
        verdicts_[group * chunk + passing_at_[i]] = passing_verdicts_[i];
}

Evaluator::Fate Evaluator::pass(std::size_t group, std::size_t i) const {
    const pfq_packet& packet = packets_[i];
    if (links_[i]->layer == nullptr)
        return Fate::unsupported_link;
    const auto& filter = links_[i]->filters[group];
    if (filter && !filter->matches(packet.data, packet.captured, packet.length))
        return Fate::berkeley_filter;
    const auto& vlan = plan_.groups[group].vlan;
    return vlan && !vlan->matches(packet) ? Fate::vlan_filter : Fate::evaluated;
}

/// Does what the groups say about packet i of the chunk.
void Evaluator::deliver(std::size_t begin, std::size_t i) {
    targets_ = 0;
    reached_ = false;
    for (std::size_t group = 0; group < plan_.groups.size(); ++group) {
        GroupCounters& counters = job_->outcome.groups[group];
        ++counters.received;
        switch (fates_[group * chunk + i]) {
        case Fate::unsupported_link:
            ++counters.unsupported_link;
            break;
        case Fate::berkeley_filter:
            ++counters.berkeley_filter;
            break;
        case Fate::vlan_filter:
            ++counters.vlan_filter;
            break;
        case Fate::evaluated:
            deliver_verdict(group, verdicts_[group * chunk + i], begin + i);
        }
    }
    for (const std::uint32_t sink : seen_list_)
        seen_[sink] = false;
    seen_list_.clear();
    if (reached_)
        note_reached(begin + i);
}

void Evaluator::note_reached(std::size_t index) {
    ++job_->outcome.reached;
    if (!job_->outcome.reached_at.empty())
        job_->outcome.reached_at[index] = 1;
}

void Evaluator::deliver_verdict(std::size_t group, const pfq_verdict& verdict, std::size_t index) {
    GroupCounters& counters = job_->outcome.groups[group];
    if (verdict.forward != 0 && !forward(group, verdict.forward, index)) {
        ++counters.too_many_targets;
        return;
    }
    counters.to_kernel += verdict.to_kernel != 0;
    if (verdict.fanout != static_cast<std::uint8_t>(lang::Fanout::drop)) {
        pick(group, verdict, index);
    } else if (verdict.to_kernel || verdict.forward != 0) {
        ++counters.diverted;
    } else {
        count_computation_drops(counters, 1);
    }
}

/// False, and nothing is forwarded, when the packet would go to too many devices.
bool Evaluator::forward(std::size_t group, std::uint64_t targets, std::size_t index) {
    const auto& numbers = shared_.forward_numbers[group];
    unsigned fresh = 0;
    for (std::uint64_t bits = targets; bits != 0; bits &= bits - 1)
        fresh += !seen_[plan_.sockets.size() + numbers[static_cast<unsigned>(std::countr_zero(bits))]];
    if (targets_ + fresh > max_forward_targets)
        return false;
    targets_ += fresh;
    for (std::uint64_t bits = targets; bits != 0; bits &= bits - 1) {
        const std::uint16_t number = numbers[static_cast<unsigned>(std::countr_zero(bits))];
        const std::size_t sink = plan_.sockets.size() + number;
        ForwardCounters& counters = job_->outcome.forwards[number];
        ++job_->outcome.groups[group].forwarded;
        ++counters.asked;
        if (seen_[sink]) {
            ++counters.duplicate_target;
            continue;
        }
        seen_[sink] = true;
        seen_list_.push_back(static_cast<std::uint32_t>(sink));
        ++counters.handed_over;
        reached_ = true;
        if (shared_.keeps_records[sink])
            job_->outcome.records[sink].push_back(record(index, ~std::uint32_t{0}));
    }
    return true;
}

const Eligible& Evaluator::eligible(std::size_t group, std::uint64_t class_mask) {
    LastEligible& last = last_eligible_[group];
    if (last.eligible == nullptr || last.mask != class_mask)
        last = {class_mask, &shared_.steering[group]->of(class_mask)};
    return *last.eligible;
}

void Evaluator::pick(std::size_t group, const pfq_verdict& verdict, std::size_t index) {
    GroupCounters& counters = job_->outcome.groups[group];
    const Eligible& from = eligible(group, verdict.class_mask);
    const auto fanout = static_cast<lang::Fanout>(verdict.fanout);
    if (from.sockets().empty() || (fanout == lang::Fanout::to_socket && !from.contains(verdict.key1))) {
        ++counters.no_eligible_socket;
        return;
    }
    ++counters.accepted;
    std::uint16_t first = 0;
    switch (fanout) {
    case lang::Fanout::copy:
        for (const std::uint16_t socket : from.sockets())
            offer(group, socket, verdict.slice, index);
        counters.picked += from.sockets().size();
        return;
    case lang::Fanout::round_robin:
        first = from.round_robin(verdict.key1);
        break;
    case lang::Fanout::to_socket:
        first = static_cast<std::uint16_t>(verdict.key1);
        break;
    default:
        first = from.steer(verdict.key1);
    }
    offer(group, first, verdict.slice, index);
    ++counters.picked;
    if (fanout != lang::Fanout::double_steer)
        return;
    if (const std::uint16_t second = from.steer(verdict.key2); second != first) {
        offer(group, second, verdict.slice, index);
        ++counters.picked;
    }
}

void Evaluator::offer(std::size_t group, std::uint16_t socket, std::uint32_t slice, std::size_t index) {
    Outcome& outcome = job_->outcome;
    if (plan_.groups.size() > 1) {
        if (seen_[socket]) {
            ++outcome.groups[group].duplicate;
            return;
        }
        seen_[socket] = true;
        seen_list_.push_back(socket);
    }
    ++outcome.groups[group].offered;
    SocketCounters& counters = outcome.sockets[socket];
    ++counters.offered;
    ++counters.queued;
    ++counters.read;
    reached_ = true;
    const capture::Packet cut = record(index, slice);
    counters.bytes += cut.captured;
    if (fault::lose && (job_->first + index) % fault::period == fault::period - 1)
        return;
    if (shared_.keeps_records[socket])
        outcome.records[socket].push_back(cut);
}

/// The packet as it is written: at most `limit` bytes of it, and no more than the snapshot length.
capture::Packet Evaluator::record(std::size_t index, std::uint32_t limit) const {
    capture::Packet packet = job_->batch.packets()[index];
    packet.captured = std::min(packet.captured, limit);
    if (plan_.snaplen != 0)
        packet.captured = std::min(packet.captured, plan_.snaplen);
    if (!job_->outputs.empty())
        packet.interface = job_->outputs[index];
    return packet;
}

} // namespace pfq::engine
