// A program followed from its first instruction: what each one knows of the registers, as nodes.
#pragma once
#include "lang/berkeley/decisions.hpp"
#include "lang/berkeley/decode.hpp"
#include "lang/berkeley/extensions.hpp"
#include "lang/berkeley/presence.hpp"
#include <array>
#include <expected>
#include <span>

namespace pfq::lang::berkeley {

/// An instruction that can be reached, once it is followed.
struct Step {
    bool reached = false;
    std::vector<std::size_t> from;         ///< instructions that lead here
    std::size_t dominator = 0;             ///< the last instruction that every way here comes by
    NodeId condition = no_node;            ///< of two ways on: the first is taken when it holds
    std::vector<std::size_t> to;           ///< none: it accepts or rejects; one; or two
    Presence needs;                        ///< rejects the packet otherwise
    NodeId accepts = no_node;              ///< of the end of a way: boolean
    NodeId keep = no_node;                 ///< of the end of a way that may accept: how many bytes
    std::array<NodeId, registers> after{}; ///< registers; no_node: never written, or of no use any more
};

class Flow {
public:
    /// All are the caller's.
    Flow(std::span<const Instruction> program, const std::vector<Decoded>& decoded, Builder& nodes,
         PresenceOf& presence)
        : program_(program), decoded_(decoded), nodes_(nodes), presence_(presence), words_(nodes),
          decisions_(nodes, words_), extensions_(nodes, words_), steps_(program.size()) {}

    /// Fails when an instruction that can be reached reads memory that was not written on every way there, or a Linux
    /// extension that is not supported.
    [[nodiscard]] std::expected<void, Error> run();

    [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
    [[nodiscard]] Decisions& decisions() { return decisions_; }
    [[nodiscard]] std::optional<std::uint32_t> mark_slot() const { return extensions_.mark_slot(); }

private:
    void find_live();
    void enter(std::size_t index);
    [[nodiscard]] NodeId merged(std::size_t index, unsigned which);
    [[nodiscard]] std::optional<NodeId> selected_by_conditions(std::size_t index, unsigned which);
    [[nodiscard]] NodeId selected_by_ways(std::size_t index, unsigned which);
    [[nodiscard]] NodeId way(std::size_t from, std::size_t to);
    [[nodiscard]] NodeId come_by(std::size_t index);
    [[nodiscard]] std::size_t common_dominator(std::size_t a, std::size_t b) const;
    [[nodiscard]] std::expected<void, std::string> execute(std::size_t index);
    void need(Step& step, const Presence& needs, NodeId word);
    void compute(Step& step, const Decoded& decoded);
    void load(Step& step, const Decoded& decoded);
    [[nodiscard]] std::expected<void, std::string> load_beside(Step& step, const Decoded& decoded);
    void leave(std::size_t index);
    [[nodiscard]] NodeId condition(std::size_t index);
    [[nodiscard]] int promise(std::size_t index) const;
    void go(std::size_t from, std::size_t to);

    std::span<const Instruction> program_;
    const std::vector<Decoded>& decoded_;
    Builder& nodes_;
    PresenceOf& presence_;
    Words words_;
    Decisions decisions_;
    Extensions extensions_;
    std::vector<Step> steps_;
    std::vector<std::uint32_t> live_; ///< by instruction: registers whose value matters before it
    std::vector<NodeId> value_;       ///< of selected_by_conditions(): by instruction
    unsigned patience_ = 100;         ///< for walks of selected_by_conditions() that fail
    std::vector<NodeId> come_by_;     ///< of come_by(): by instruction, as far as asked for
};

} // namespace pfq::lang::berkeley
