// Evaluates batches: filters, computations, the choice of sockets. The parallel part of a run; one object per thread.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/file/job.hpp"
#include "engine/file/plan.hpp"
#include "engine/steering/eligible.hpp"

namespace pfq::engine {

/// What all evaluators of a run share, fixed before the first batch.
struct SharedPlan {
    explicit SharedPlan(const FilePlan& plan);

    const FilePlan* plan;
    std::vector<std::unique_ptr<GroupSteering>> steering;    ///< by group
    std::vector<std::vector<std::uint32_t>> device_numbers;  ///< by group: device index of each program device
    std::vector<std::vector<std::uint16_t>> forward_numbers; ///< by group: index in FilePlan::forwards of each
    std::vector<bool> keeps_records;                         ///< by sink: it has an output
    bool single_plain_filter =
        false; ///< one group, one socket, and the program's plain filter says all there is to say
};

/// The result depends on the job alone, not on earlier ones: any thread may evaluate any batch.
class Evaluator {
public:
    explicit Evaluator(const SharedPlan& shared);
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    /// Fills job.outcome for the first `limit` packets of the batch, as if there were no others.
    void evaluate(Job& job, std::size_t limit);

private:
    enum class Fate : std::uint8_t { evaluated, unsupported_link, berkeley_filter, vlan_filter };
    static constexpr std::size_t chunk = 256; ///< packets whose inputs and verdicts stay in the first-level cache

    void reset(Outcome& outcome, std::size_t packets) const;
    void load(std::size_t begin, std::size_t count);
    const LinkInfo& link_of(std::uint16_t link_type);
    pfq_env environment(std::size_t group);
    void evaluate_plainly(std::size_t begin);
    void keep_records(std::size_t begin, std::span<const std::uint64_t> accepted);
    void run_program(std::size_t group, const pfq_packet* packets, std::size_t count, pfq_verdict* verdicts,
                     const pfq_env& env) const;
    void evaluate_group(std::size_t group);
    void evaluate_passing(std::size_t group, const pfq_env& env);
    [[nodiscard]] Fate pass(std::size_t group, std::size_t i) const;
    void deliver(std::size_t begin, std::size_t i);
    void note_reached(std::size_t index);
    void deliver_verdict(std::size_t group, const pfq_verdict& verdict, std::size_t index);
    bool forward(std::size_t group, std::uint64_t targets, std::size_t index);
    void pick(std::size_t group, const pfq_verdict& verdict, std::size_t index);
    void offer(std::size_t group, std::uint16_t socket, std::uint32_t slice, std::size_t index);
    [[nodiscard]] capture::Packet record(std::size_t index, std::uint32_t limit) const;
    const Eligible& eligible(std::size_t group, std::uint64_t class_mask);
    static void note_log(void* logger, pfq_u32 kind, pfq_u32 message, const pfq_packet* packet,
                         const pfq_verdict* verdict);
    static int look_up(void* tables, pfq_u32 table, const pfq_table_key* key);

    struct LastEligible {
        std::uint64_t mask = 0;
        const Eligible* eligible = nullptr;
    };
    const SharedPlan& shared_;
    const FilePlan& plan_;
    Job* job_ = nullptr;
    std::size_t logging_group_ = 0;
    std::size_t count_ = 0; ///< packets of the present chunk
    bool all_supported_ = true;
    const LinkInfo* last_link_ = nullptr;
    std::vector<pfq_packet> packets_;
    std::vector<const LinkInfo*> links_;
    std::vector<pfq_packet> passing_;       ///< those that the filters of a group let through
    std::vector<std::uint16_t> passing_at_; ///< where they are in packets_
    std::vector<pfq_verdict> passing_verdicts_;
    std::vector<pfq_verdict> verdicts_; ///< [group * chunk + packet]
    std::vector<Fate> fates_;           ///< likewise
    std::vector<bool> seen_;            ///< by sink: it has the present packet; unused with one group
    std::vector<std::uint32_t> seen_list_;
    bool reached_ = false; ///< a sink has the present packet
    unsigned targets_ = 0; ///< devices that the present packet goes to
    std::vector<LastEligible> last_eligible_;
};

} // namespace pfq::engine
