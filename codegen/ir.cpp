// Writes LLVM IR for a pipeline. Words are i64 with all ones for "absent", booleans are i1. Nodes are written where
// they are first needed and remembered for whatever that place dominates; conditions become control flow, so that a
// test that is not needed costs nothing. One of the two files that include LLVM, hence its length.
#include "codegen/ir.hpp"
#include "codegen/analysis.hpp"
#include "codegen/ranges.hpp"
#include "datapath/bpf_abi.h"
#include <algorithm>
#include <bit>
#include <functional>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>
#include <span>
#include <unordered_map>

namespace pfq::codegen {

using lang::Field;
using lang::Node;
using lang::NodeId;
using lang::Op;
using lang::Stmt;
using llvm::BasicBlock;
using llvm::Value;

namespace {

/// Thrown when writing nodes where they are needed repeats too many of them: the function is then written again with
/// every node computed once, at the start.
struct TooManyCopies {};

constexpr std::size_t compare_chain = 4; ///< ranges tested one after the other; more become a tree or a table
constexpr std::size_t part_nodes = 64;   ///< of a large eBPF program's functions
constexpr std::size_t largest_tree = 24; ///< ranges in a native decision tree; more become a table
constexpr std::uint64_t largest_bitmap = 1U << 16U;

class Generator {
public:
    Generator(llvm::Module& module, const lang::Pipeline& pipeline, const Analysis& analysis, const std::string& name,
              const IrOptions& options, bool all_first)
        : module_(module), pipeline_(pipeline), analysis_(analysis), options_(options), all_first_(all_first),
          stored_(options.stored), ir_(module.getContext()), memo_(pipeline.nodes.size() + lang::max_shift + 1) {
        function_ = llvm::Function::Create(llvm::FunctionType::get(ir_.getVoidTy(), {ir_.getPtrTy()}, false),
                                           llvm::Function::InternalLinkage, name, module);
        function_->addFnAttr(options.inlined ? llvm::Attribute::AlwaysInline : llvm::Attribute::NoInline);
        eval_ = function_->getArg(0);
    }

    void run() {
        ir_.SetInsertPoint(block("entry"));
        for (std::uint32_t i = 0; i < pipeline_.slots && !stored_; ++i) {
            slots_.push_back(ir_.CreateAlloca(ir_.getInt64Ty()));
            ir_.CreateStore(ir_.getInt64(0), slots_.back());
        }
        BasicBlock* dropped = block("dropped");
        if (stored_)
            prepare_memory();
        if (analysis_.parses) {
            if (options_.native && !all_first_)
                test_without_parsing(dropped);
            call("pfq_parse", ir_.getVoidTy(), {});
            if (stored_)
                call("pfq_put_level", ir_.getVoidTy(), {});
        }
        know(level_node(0), eval_);
        if (all_first_)
            compute_all();
        if (statements(pipeline_.body, dropped))
            finish();
        ir_.SetInsertPoint(dropped);
        drop(lang::DropBy::computation);
    }

    const std::vector<std::string>& parts() const { return parts_; }
    void discard() { function_->eraseFromParent(); }

private:
    // ---------------------------------------------------------------- what is known at the insertion point

    struct Known {
        Value* value = nullptr;
        std::uint32_t epoch = 0; ///< of slots, when the value depends on one
    };
    using Entry = std::pair<NodeId, Known>;
    using Facts = std::vector<Entry>;

    NodeId level_node(unsigned level) const { return static_cast<NodeId>(pipeline_.nodes.size() + level); }

    Value* known(NodeId id) const {
        const Known& entry = memo_[id];
        const bool stale = id < pipeline_.nodes.size() && analysis_.nodes[id].reads_slot && entry.epoch != epoch_;
        return stale ? nullptr : entry.value;
    }
    void know(NodeId id, Value* value) { know(id, Known{value, epoch_}); }
    void know(NodeId id, Known entry) {
        trail_.emplace_back(id, memo_[id]);
        memo_[id] = entry;
    }
    void know(const Facts& facts) {
        for (const auto& [id, entry] : facts)
            know(id, entry);
    }
    std::size_t mark() const { return trail_.size(); }
    /// What was learnt since the mark.
    Facts learnt(std::size_t since) const {
        Facts facts;
        for (std::size_t i = since; i < trail_.size(); ++i)
            facts.emplace_back(trail_[i].first, memo_[trail_[i].first]);
        return facts;
    }
    void forget(std::size_t since) {
        while (trail_.size() > since) {
            memo_[trail_.back().first] = trail_.back().second;
            trail_.pop_back();
        }
    }

    // ---------------------------------------------------------------- values in memory

    /// Cells are given to slots first, then to nodes as they are written.
    void prepare_memory() {
        std::size_t cells = pipeline_.slots;
        for (const NodeFacts& facts : analysis_.nodes)
            cells += facts.used ? 1 : 0;
        find_blocks(cells);
        for (std::size_t slot = 0; slot < pipeline_.slots; ++slot)
            put(slot, word(0));
        used_cells_ = pipeline_.slots;
    }

    void find_blocks(std::size_t cells) {
        BasicBlock* missing = block("missing");
        for (std::size_t i = 0; i * PFQ_BPF_BLOCK_VALUES < cells; ++i) {
            blocks_.push_back(call("pfq_value_block", ir_.getPtrTy(), {number(i)}, false));
            BasicBlock* next = block("found");
            ir_.CreateCondBr(ir_.CreateIsNotNull(blocks_.back()), next, missing);
            ir_.SetInsertPoint(next);
        }
        BasicBlock* here = ir_.GetInsertBlock();
        ir_.SetInsertPoint(missing); // cannot be: arrays have all their cells
        ir_.CreateRetVoid();
        ir_.SetInsertPoint(here);
    }

    Value* cell(std::size_t index) {
        return ir_.CreateConstInBoundsGEP1_64(ir_.getInt64Ty(), blocks_[index / PFQ_BPF_BLOCK_VALUES],
                                              index % PFQ_BPF_BLOCK_VALUES);
    }
    void put(std::size_t index, Value* value) { ir_.CreateStore(value, cell(index), true); }
    Value* get(std::size_t index) { return ir_.CreateLoad(ir_.getInt64Ty(), cell(index), true); }

    bool kept_in_memory(NodeId id) const {
        return stored_ && pipeline_.nodes[id].op != Op::constant && pipeline_.nodes[id].op != Op::boolean;
    }
    void store(NodeId id, Value* value) {
        const auto [at, fresh] = cells_.try_emplace(id, used_cells_);
        used_cells_ += fresh ? 1 : 0;
        put(at->second, ir_.CreateZExt(value, ir_.getInt64Ty()));
    }
    Value* recall(NodeId id) {
        Value* value = get(cells_.at(id));
        return lang::is_bool(pipeline_.nodes[id].op) ? ir_.CreateICmpNE(value, word(0)) : value;
    }

    // ---------------------------------------------------------------- small pieces of IR

    BasicBlock* block(const char* name) { return BasicBlock::Create(module_.getContext(), name, function_); }
    Value* word(std::uint64_t value) { return ir_.getInt64(value); }
    Value* number(std::uint64_t value) { return ir_.getInt32(static_cast<std::uint32_t>(value)); }

    Value* call(const std::string& name, llvm::Type* result, std::vector<Value*> arguments, bool with_eval = true) {
        if (with_eval)
            arguments.insert(arguments.begin(), eval_);
        std::vector<llvm::Type*> types;
        for (Value* argument : arguments)
            types.push_back(argument->getType());
        return ir_.CreateCall(module_.getOrInsertFunction(name, llvm::FunctionType::get(result, types, false)),
                              arguments);
    }
    Value* word_call(const std::string& name, std::vector<Value*> arguments, bool with_eval = true) {
        return call(name, ir_.getInt64Ty(), std::move(arguments), with_eval);
    }
    Value* test_call(const std::string& name, std::vector<Value*> arguments, bool with_eval = true) {
        return ir_.CreateICmpNE(call(name, ir_.getInt32Ty(), std::move(arguments), with_eval), ir_.getInt32(0));
    }

    bool maybe_absent(NodeId id) const { return analysis_.nodes[id].maybe_absent; }
    Value* is_present(Value* value) { return ir_.CreateICmpNE(value, word(lang::absent)); }

    /// The result, or absent when one of the operands (null: not looked at) is.
    Value* unless_absent(Value* result, Value* a, Value* b) {
        Value* fine = nullptr;
        for (Value* operand : {a, b})
            if (operand)
                fine = fine ? ir_.CreateAnd(fine, is_present(operand)) : is_present(operand);
        return fine ? ir_.CreateSelect(fine, result, word(lang::absent)) : result;
    }

    Value* constant_table(const std::vector<std::uint64_t>& words) {
        auto* data = llvm::ConstantDataArray::get(module_.getContext(), words);
        auto* table =
            new llvm::GlobalVariable(module_, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data, "table");
        table->setAlignment(llvm::Align(8));
        table->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
        return table;
    }

    /// A value from two paths: `yes` where the condition holds, else `no`.
    Value* either_way(llvm::Type* type, const std::function<void(BasicBlock*, BasicBlock*)>& split,
                      const std::function<Value*()>& yes, const std::function<Value*()>& no) {
        BasicBlock *on_true = block("yes"), *on_false = block("no"), *join = block("join");
        split(on_true, on_false);
        Value* values[2];
        BasicBlock* ends[2];
        for (int i = 0; i < 2; ++i) {
            ir_.SetInsertPoint(i == 0 ? on_true : on_false);
            const auto here = mark();
            values[i] = i == 0 ? yes() : no();
            forget(here);
            ends[i] = ir_.GetInsertBlock();
            ir_.CreateBr(join);
        }
        ir_.SetInsertPoint(join);
        auto* phi = ir_.CreatePHI(type, 2);
        phi->addIncoming(values[0], ends[0]);
        phi->addIncoming(values[1], ends[1]);
        return phi;
    }
    Value* when(Value* condition, const std::function<Value*()>& yes) {
        return either_way(
            ir_.getInt1Ty(), [&](BasicBlock* t, BasicBlock* f) { ir_.CreateCondBr(condition, t, f); }, yes,
            [&] { return ir_.getFalse(); });
    }

    // ---------------------------------------------------------------- membership in constant sets

    Value* in_range(Value* value, const lang::WordSet::Range& range) {
        if (range.low == range.high)
            return ir_.CreateICmpEQ(value, word(range.low));
        if (range.low == 0)
            return ir_.CreateICmpULE(value, word(range.high));
        return ir_.CreateICmpULE(ir_.CreateSub(value, word(range.low)), word(range.high - range.low));
    }

    /// leaf(i) for the last i of [first, last) with start(i) <= value, or for `first`.
    Value* search(Value* value, std::size_t first, std::size_t last,
                  const std::function<std::uint64_t(std::size_t)>& start,
                  const std::function<Value*(std::size_t)>& leaf) {
        if (last - first == 1)
            return leaf(first);
        const std::size_t middle = first + (last - first) / 2;
        return either_way(
            ir_.getInt1Ty(),
            [&](BasicBlock* t, BasicBlock* f) {
                ir_.CreateCondBr(ir_.CreateICmpULT(value, word(start(middle))), t, f);
            },
            [&] { return search(value, first, middle, start, leaf); },
            [&] { return search(value, middle, last, start, leaf); });
    }

    Value* in_bitmap(Value* value, const Ranges& ranges) {
        const std::uint64_t bins = std::max<std::uint64_t>(64, std::bit_ceil(ranges.back().high + 1));
        std::vector<std::uint64_t> bits(bins / 64);
        for (const auto& range : ranges)
            for (std::uint64_t i = range.low; i <= range.high; ++i)
                bits[i / 64] |= std::uint64_t{1} << (i % 64);
        return test_call("pfq_in_bitmap", {constant_table(bits), word(bins), value}, false);
    }

    /// All ranges lie within 64 values: a test of one bit.
    Value* in_mask(Value* value, const Ranges& ranges) {
        std::uint64_t mask = 0;
        for (const auto& range : ranges)
            for (std::uint64_t i = range.low; i <= range.high; ++i)
                mask |= std::uint64_t{1} << (i - ranges.front().low);
        Value* bit = ir_.CreateSub(value, word(ranges.front().low));
        Value* inside = ir_.CreateICmpULT(bit, word(64));
        Value* set = ir_.CreateTrunc(ir_.CreateLShr(word(mask), ir_.CreateAnd(bit, word(63))), ir_.getInt1Ty());
        return ir_.CreateAnd(inside, set);
    }

    /// The value is a plain word here: all ones is not special.
    Value* in_ranges(Value* value, const Ranges& ranges) {
        if (ranges.empty())
            return ir_.getFalse();
        if (ranges.size() > 2 && ranges.back().high - ranges.front().low < 64)
            return in_mask(value, ranges);
        if (ranges.size() <= compare_chain) {
            Value* any = ir_.getFalse();
            for (const auto& range : ranges)
                any = ir_.CreateOr(any, in_range(value, range));
            return any;
        }
        if (options_.native && ranges.back().high < largest_bitmap)
            return in_bitmap(value, ranges);
        if (options_.native && ranges.size() > largest_tree) {
            std::vector<std::uint64_t> flat;
            for (const auto& range : ranges)
                flat.insert(flat.end(), {range.low, range.high});
            return test_call("pfq_in_ranges", {constant_table(flat), word(ranges.size()), value}, false);
        }
        return search(
            value, 0, ranges.size(), [&](std::size_t i) { return ranges[i].low; },
            [&](std::size_t i) { return in_range(value, ranges[i]); });
    }

    Value* in_set(const Node& node) {
        const Ranges& ranges = pipeline_.sets[node.imm].ranges;
        Value* operand = value(node.a);
        Value* found = in_ranges(operand, ranges);
        if (!ranges.empty() && ranges.back().high == lang::absent && maybe_absent(node.a))
            found = ir_.CreateAnd(found, is_present(operand));
        return found;
    }

    Value* in_deep(Value* high, Value* low, const std::vector<LongPrefixes>& deep) {
        return search(
            high, 0, deep.size(), [&](std::size_t i) { return deep[i].high; },
            [&](std::size_t i) {
                return when(ir_.CreateICmpEQ(high, word(deep[i].high)), [&] { return in_ranges(low, deep[i].low); });
            });
    }

    Value* in_prefixes(const Node& node) {
        const PrefixRanges ranges = ranges_of(pipeline_.prefix_sets[node.imm]);
        Value* found = ir_.getFalse();
        Value* version = field(Field::ip_version, node.level);
        const auto either_side = [&](const std::function<Value*(bool)>& test) {
            Value* any = nullptr;
            if (node.sub & static_cast<unsigned>(lang::Side::source))
                any = test(false);
            if (node.sub & static_cast<unsigned>(lang::Side::destination))
                any = any ? either_way(
                                ir_.getInt1Ty(), [&](BasicBlock* t, BasicBlock* f) { ir_.CreateCondBr(any, t, f); },
                                [&] { return ir_.getTrue(); }, [&] { return test(true); })
                          : test(true);
            return any;
        };
        if (!ranges.ipv4.empty())
            found = when(ir_.CreateICmpEQ(version, word(4)), [&] {
                return either_side([&](bool destination) {
                    return in_ranges(field(destination ? Field::ip_destination : Field::ip_source, node.level),
                                     ranges.ipv4);
                });
            });
        if (!ranges.ipv6.empty() || !ranges.deep.empty()) {
            Value* found6 = when(ir_.CreateICmpEQ(version, word(6)), [&] {
                return either_side([&](bool destination) {
                    Value* high = field(destination ? Field::ip6_destination_high : Field::ip6_source_high, node.level);
                    Value* any = in_ranges(high, ranges.ipv6);
                    if (ranges.deep.empty())
                        return any;
                    Value* low = field(destination ? Field::ip6_destination_low : Field::ip6_source_low, node.level);
                    return ir_.CreateOr(any, in_deep(high, low, ranges.deep));
                });
            });
            found = ir_.CreateOr(found, found6);
        }
        return found;
    }

    Value* in_bloom(const Node& node) {
        const lang::Bloom& bloom = pipeline_.blooms[node.imm];
        Value* operand = value(node.a);
        Value* masked = ir_.CreateAnd(operand, word(bloom.mask));
        const auto look = [&] {
            return test_call("pfq_in_bloom", {constant_table(bloom.bits), word(bloom.bits.size() * 64), masked}, false);
        };
        return maybe_absent(node.a) ? when(is_present(operand), look) : look();
    }

    // ---------------------------------------------------------------- nodes

    Value* field(Field which, unsigned level) {
        if (lang::fields()[static_cast<std::size_t>(which)].layer != lang::Layer::frame)
            at_level(level);
        return word_call(std::string("pfq_field_") + lang::name(which), {number(level)});
    }

    /// Makes the level parsed here.
    void enter(unsigned level) {
        if (known(level_node(level)))
            return;
        at_level(level - 1);
        call("pfq_parse_inner", ir_.getVoidTy(), {number(level)});
        know(level_node(level), eval_);
    }

    /// The same, for a primitive that looks at the level.
    void at_level(unsigned level) {
        enter(level);
        if (stored_)
            call("pfq_get_level", ir_.getVoidTy(), {number(level)});
    }

    Value* load(const Node& node) {
        static constexpr Field bases[] = {Field::frame_length, Field::l3_offset, Field::l4_offset,
                                          Field::payload_offset};
        Value* offset = value(node.a);
        Value* at = offset;
        if (static_cast<lang::Base>(node.imm) != lang::Base::frame) {
            Value* base = field(bases[node.imm], node.level);
            at = unless_absent(ir_.CreateAdd(base, offset), base, maybe_absent(node.a) ? offset : nullptr);
        }
        return word_call("pfq_load_at_" + std::to_string(node.sub * 8), {at});
    }

    Value* arithmetic(const Node& node) {
        Value *a = value(node.a), *b = value(node.b);
        Value* result = operation(node.op, a, b);
        Value* doubtful_a = maybe_absent(node.a) ? a : nullptr;
        Value* doubtful_b = maybe_absent(node.b) ? b : nullptr;
        result = unless_absent(result, doubtful_a, doubtful_b);
        if (node.op == Op::div || node.op == Op::mod)
            result = ir_.CreateSelect(ir_.CreateICmpEQ(b, word(0)), word(lang::absent), result);
        return result;
    }

    Value* operation(Op op, Value* a, Value* b) {
        const auto divisor = [&] { return ir_.CreateSelect(ir_.CreateICmpEQ(b, word(0)), word(1), b); };
        const auto shifted = [&](Value* result) {
            return ir_.CreateSelect(ir_.CreateICmpULT(b, word(64)), result, word(0));
        };
        switch (op) {
        case Op::add:
            return ir_.CreateAdd(a, b);
        case Op::sub:
            return ir_.CreateSub(a, b);
        case Op::mul:
            return ir_.CreateMul(a, b);
        case Op::div:
            return ir_.CreateUDiv(a, divisor());
        case Op::mod:
            return ir_.CreateURem(a, divisor());
        case Op::bit_and:
            return ir_.CreateAnd(a, b);
        case Op::bit_or:
            return ir_.CreateOr(a, b);
        case Op::bit_xor:
            return ir_.CreateXor(a, b);
        case Op::shl:
            return shifted(ir_.CreateShl(a, ir_.CreateAnd(b, word(63))));
        case Op::shr:
            return shifted(ir_.CreateLShr(a, ir_.CreateAnd(b, word(63))));
        default:
            return word_call("pfq_mix", {a, b}, false);
        }
    }

    /// All ones is the largest word, so most comparisons with it are false by themselves.
    Value* comparison(const Node& node) {
        Value *a = value(node.a), *b = value(node.b);
        const bool absent_a = maybe_absent(node.a), absent_b = maybe_absent(node.b);
        switch (node.op) {
        case Op::eq: {
            Value* equal = ir_.CreateICmpEQ(a, b);
            return absent_a && absent_b ? ir_.CreateAnd(equal, is_present(a)) : equal;
        }
        case Op::ne: {
            Value* different = ir_.CreateICmpNE(a, b);
            if (absent_a)
                different = ir_.CreateAnd(different, is_present(a));
            return absent_b ? ir_.CreateAnd(different, is_present(b)) : different;
        }
        default: {
            Value* below = node.op == Op::lt ? ir_.CreateICmpULT(a, b) : ir_.CreateICmpULE(a, b);
            return absent_b ? ir_.CreateAnd(below, is_present(b)) : below;
        }
        }
    }

    /// Not worth a branch: known already, or a few instructions on what is known.
    bool cheap(NodeId id) const {
        if (known(id) || analysis_.nodes[id].cost <= 2)
            return true;
        const Node& node = pipeline_.nodes[id];
        if (node.op == Op::field || node.op == Op::load || node.op == Op::mix || node.op >= Op::in_set)
            return false;
        const NodeId operands[] = {node.a, node.b, node.c};
        for (unsigned i = 0; i < lang::operands(node.op); ++i)
            if (!known(operands[i]) && analysis_.nodes[operands[i]].cost != 0)
                return false;
        return true;
    }

    Value* select(const Node& node) {
        if (all_first_ || (cheap(node.b) && cheap(node.c))) {
            Value* condition = value(node.a);
            Value* yes = value(node.b);
            return ir_.CreateSelect(condition, yes, value(node.c));
        }
        Facts on_true, on_false;
        return either_way(
            ir_.getInt64Ty(), [&](BasicBlock* t, BasicBlock* f) { std::tie(on_true, on_false) = branch(node.a, t, f); },
            [&] {
                know(on_true);
                return value(node.b);
            },
            [&] {
                know(on_false);
                return value(node.c);
            });
    }

    Value* connective(NodeId id) {
        const Node& node = pipeline_.nodes[id];
        if (all_first_ || (cheap(node.a) && cheap(node.b))) {
            Value *a = value(node.a), *b = value(node.b);
            return node.op == Op::both ? ir_.CreateAnd(a, b) : ir_.CreateOr(a, b);
        }
        return either_way(
            ir_.getInt1Ty(), [&](BasicBlock* t, BasicBlock* f) { chain(id, t, f); }, [&] { return ir_.getTrue(); },
            [&] { return ir_.getFalse(); });
    }

    Value* value(NodeId id) {
        if (Value* ready = known(id))
            return kept_in_memory(id) && !llvm::isa<llvm::Constant>(ready) ? recall(id) : ready;
        if (++written_ > 8 * analysis_.used + 4000 && !all_first_)
            throw TooManyCopies{};
        Value* made = make(id);
        know(id, made);
        if (kept_in_memory(id))
            store(id, made);
        return made;
    }

    Value* make(NodeId id) {
        const Node& node = pipeline_.nodes[id];
        switch (node.op) {
        case Op::constant:
            return word(node.imm);
        case Op::boolean:
            return ir_.getInt1(node.imm != 0);
        case Op::field:
            return field(static_cast<Field>(node.sub), node.level);
        case Op::input:
            return word_call(std::string("pfq_input_") + lang::name(static_cast<lang::Input>(node.sub)), {});
        case Op::slot:
            return stored_ ? get(node.imm) : ir_.CreateLoad(ir_.getInt64Ty(), slots_[node.imm]);
        case Op::load:
            return load(node);
        case Op::select:
            return select(node);
        case Op::eq:
        case Op::ne:
        case Op::lt:
        case Op::le:
            return comparison(node);
        case Op::present:
            return maybe_absent(node.a) ? is_present(value(node.a)) : ir_.getTrue();
        case Op::negate:
            return ir_.CreateNot(value(node.a));
        case Op::both:
        case Op::either:
            return connective(id);
        case Op::differ: {
            Value* a = value(node.a);
            return ir_.CreateXor(a, value(node.b));
        }
        case Op::in_set:
            return in_set(node);
        case Op::in_prefixes:
            return in_prefixes(node);
        case Op::in_bloom:
            return in_bloom(node);
        case Op::in_table:
            at_level(node.level);
            return test_call("pfq_in_table", {number(node.level), number(node.sub),
                                              number(options_.tables.empty() ? options_.first_table + node.imm
                                                                             : options_.tables[node.imm]),
                                              number(static_cast<unsigned>(pipeline_.tables[node.imm].kind))});
        default:
            return arithmetic(node);
        }
    }

    void compute_all() {
        if (stored_)
            return compute_parts();
        for (NodeId id = 0; id < pipeline_.nodes.size(); ++id)
            if (analysis_.nodes[id].used && !analysis_.nodes[id].reads_slot)
                value(id);
    }

    /// The nodes in functions of their own, some dozens each, which the verifier checks one by one. What only the whole
    /// evaluation knows is computed here: levels and inputs.
    void compute_parts() {
        std::vector<NodeId> part;
        const auto flush = [&] {
            if (!part.empty())
                call_part(part);
            part.clear();
        };
        for (NodeId id = 0; id < pipeline_.nodes.size(); ++id) {
            if (!analysis_.nodes[id].used || analysis_.nodes[id].reads_slot || !kept_in_memory(id))
                continue;
            const Node& node = pipeline_.nodes[id];
            if (looks_at_level(node))
                enter(node.level);
            if (node.op == Op::input)
                value(id);
            else
                part.push_back(id);
            if (part.size() == part_nodes)
                flush();
        }
        flush();
    }

    static bool looks_at_level(const Node& node) {
        if (node.op == Op::field)
            return lang::fields()[node.sub].layer != lang::Layer::frame;
        if (node.op == Op::load)
            return static_cast<lang::Base>(node.imm) != lang::Base::frame;
        return node.op == Op::in_prefixes || node.op == Op::in_table;
    }

    void call_part(const std::vector<NodeId>& nodes) {
        const std::string name = function_->getName().str() + "_part_" + std::to_string(parts_.size());
        Generator part(module_, pipeline_, analysis_, name, options_, true);
        part.function_->removeFnAttr(llvm::Attribute::NoInline);
        part.function_->addFnAttr(llvm::Attribute::AlwaysInline);
        part.write_part(*this, nodes);
        cells_ = part.cells_;
        used_cells_ = part.used_cells_;
        for (const NodeId id : nodes)
            know(id, eval_); // in memory: see recall()
        parts_.push_back(name);
        call(part_body(name), ir_.getVoidTy(), {call("pfq_context_of", ir_.getPtrTy(), {})}, false);
    }

    void write_part(const Generator& whole, const std::vector<NodeId>& nodes) {
        ir_.SetInsertPoint(block("entry"));
        find_blocks(whole.used_cells_ + nodes.size());
        cells_ = whole.cells_;
        used_cells_ = whole.used_cells_;
        for (const auto& [id, at] : cells_)
            know(id, eval_);
        for (unsigned level = 0; level <= lang::max_shift; ++level)
            if (whole.known(level_node(level)))
                know(level_node(level), eval_);
        for (const NodeId id : nodes)
            value(id);
        ir_.CreateRetVoid();
    }

    // ---------------------------------------------------------------- before parsing

    /// Computed from constants and the lengths of the frame.
    bool needs_no_parsing(NodeId id) const {
        const Node& node = pipeline_.nodes[id];
        if (node.op == Op::constant || node.op == Op::boolean)
            return true;
        if (node.op == Op::field)
            return lang::fields()[node.sub].layer == lang::Layer::frame;
        const bool comparison = node.op == Op::eq || node.op == Op::ne || node.op == Op::lt || node.op == Op::le;
        return comparison && needs_no_parsing(node.a) && needs_no_parsing(node.b);
    }

    /// When the program begins with a filter, its tests of the frame's length come first, in whatever order they stand:
    /// packets that fail them need not be parsed.
    void test_without_parsing(BasicBlock* dropped) {
        if (pipeline_.body.empty() || pipeline_.body.front().kind != Stmt::Kind::branch)
            return;
        const Stmt& filter = pipeline_.body.front();
        if (filter.other.empty() || filter.other.front().kind != Stmt::Kind::drop || filter.other.front().sub != 0)
            return;
        const bool conjunction = pipeline_.nodes[filter.a].op == Op::both;
        for (const NodeId id : conjunction ? links(filter.a) : std::vector{filter.a}) {
            if (!needs_no_parsing(id) || known(id))
                continue;
            BasicBlock* passed = block("passed");
            ir_.CreateCondBr(value(id), passed, dropped);
            ir_.SetInsertPoint(passed);
            know(id, ir_.getTrue());
        }
    }

    // ---------------------------------------------------------------- conditions as control flow

    /// Goes to one of the blocks. Returns what is known in each beyond what is known here.
    std::pair<Facts, Facts> branch(NodeId id, BasicBlock* on_true, BasicBlock* on_false) {
        const Node& node = pipeline_.nodes[id];
        std::pair<Facts, Facts> facts;
        if (!known(id) && !all_first_ && node.op == Op::negate) {
            auto [t, f] = branch(node.a, on_false, on_true);
            facts = {std::move(f), std::move(t)};
        } else if (!known(id) && !all_first_ && (node.op == Op::both || node.op == Op::either) &&
                   !(cheap(node.a) && cheap(node.b))) {
            facts = chain(id, on_true, on_false);
        } else {
            ir_.CreateCondBr(value(id), on_true, on_false);
        }
        facts.first.emplace_back(id, Known{ir_.getTrue(), epoch_});
        facts.second.emplace_back(id, Known{ir_.getFalse(), epoch_});
        return facts;
    }

    /// The operands of nested `both` (or `either`), left to right, as far as nothing else uses the inner ones.
    std::vector<NodeId> links(NodeId id) const {
        const Op op = pipeline_.nodes[id].op;
        std::vector<NodeId> found, open{id};
        while (!open.empty()) {
            const NodeId at = open.back();
            open.pop_back();
            const Node& node = pipeline_.nodes[at];
            if (at == id || (node.op == op && !known(at) && analysis_.nodes[at].users == 1)) {
                open.push_back(node.b);
                open.push_back(node.a);
            } else {
                found.push_back(at);
            }
        }
        return found;
    }

    /// `both` and `either`, one operand after the other, the cheap ones first: nodes are pure, so any order will do.
    std::pair<Facts, Facts> chain(NodeId id, BasicBlock* on_true, BasicBlock* on_false) {
        const bool conjunction = pipeline_.nodes[id].op == Op::both;
        std::vector<NodeId> parts = links(id);
        std::ranges::stable_sort(parts, {},
                                 [this](NodeId part) { return known(part) ? 0 : analysis_.nodes[part].cost; });
        std::size_t start = 0;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const bool last = i + 1 == parts.size();
            BasicBlock* next = last ? (conjunction ? on_true : on_false) : block("next");
            auto [t, f] = conjunction ? branch(parts[i], next, on_false) : branch(parts[i], on_true, next);
            if (i == 0)
                start = mark(); // what the first operand needed is known on both ways out
            know(conjunction ? t : f);
            if (!last)
                ir_.SetInsertPoint(next);
        }
        Facts all = learnt(start);
        forget(start);
        return conjunction ? std::pair{std::move(all), Facts{}} : std::pair{Facts{}, std::move(all)};
    }

    // ---------------------------------------------------------------- statements

    /// Returns whether control reaches the end; what is known there stays known.
    bool statements(const lang::Block& list, BasicBlock* dropped) {
        for (const Stmt& stmt : list)
            if (!statement(stmt, dropped))
                return false;
        return true;
    }

    bool statement(const Stmt& stmt, BasicBlock* dropped) {
        switch (stmt.kind) {
        case Stmt::Kind::drop:
            if (static_cast<lang::DropBy>(stmt.sub) == lang::DropBy::computation)
                ir_.CreateBr(dropped);
            else // no handler is around it
                drop(static_cast<lang::DropBy>(stmt.sub));
            return false;
        case Stmt::Kind::branch:
            return branch_statement(stmt, dropped);
        case Stmt::Kind::attempt:
            return attempt_statement(stmt, dropped);
        case Stmt::Kind::steer:
            steer_statement(stmt, dropped);
            return true;
        default:
            simple_statement(stmt);
            return true;
        }
    }

    bool branch_statement(const Stmt& stmt, BasicBlock* dropped) {
        BasicBlock* starts[] = {block("then"), block("else")};
        auto [on_true, on_false] = branch(stmt.a, starts[0], starts[1]);
        Facts facts[] = {std::move(on_true), std::move(on_false)};
        bool reaches[2];
        BasicBlock* ends[2];
        for (int i = 0; i < 2; ++i) {
            const auto here = mark();
            ir_.SetInsertPoint(starts[i]);
            know(facts[i]);
            reaches[i] = statements(i == 0 ? stmt.body : stmt.other, dropped);
            facts[i] = reaches[i] ? learnt(here) : Facts{};
            ends[i] = ir_.GetInsertBlock();
            forget(here);
        }
        if (reaches[0] != reaches[1]) {
            ir_.SetInsertPoint(ends[reaches[0] ? 0 : 1]);
            know(facts[reaches[0] ? 0 : 1]);
        } else if (reaches[0]) {
            join(ends[0], ends[1]);
        }
        return reaches[0] || reaches[1];
    }

    void join(BasicBlock* first, BasicBlock* second) {
        BasicBlock* after = block("after");
        for (BasicBlock* end : {first, second}) {
            ir_.SetInsertPoint(end);
            ir_.CreateBr(after);
        }
        ir_.SetInsertPoint(after);
    }

    bool attempt_statement(const Stmt& stmt, BasicBlock* dropped) {
        BasicBlock* handler = block("handler");
        const auto here = mark();
        const bool body_reaches = statements(stmt.body, handler);
        BasicBlock* body_end = ir_.GetInsertBlock();
        if (handler->hasNPredecessorsOrMore(1)) {
            forget(here);
        } else { // nothing drops: what the body learnt stays
            handler->eraseFromParent();
            return body_reaches;
        }
        ir_.SetInsertPoint(handler);
        const bool handler_reaches = statements(stmt.other, dropped);
        BasicBlock* handler_end = ir_.GetInsertBlock();
        forget(here);
        if (body_reaches && handler_reaches)
            join(body_end, handler_end);
        else
            ir_.SetInsertPoint(body_reaches ? body_end : handler_end);
        return body_reaches || handler_reaches;
    }

    void steer_statement(const Stmt& stmt, BasicBlock* dropped) {
        Value* keys[] = {value(stmt.a), word(0)};
        Value* fine = maybe_absent(stmt.a) ? is_present(keys[0]) : nullptr;
        if (stmt.b != lang::no_node) {
            keys[1] = value(stmt.b);
            if (maybe_absent(stmt.b))
                fine = fine ? ir_.CreateAnd(fine, is_present(keys[1])) : is_present(keys[1]);
        }
        if (fine) {
            BasicBlock* next = block("steer");
            ir_.CreateCondBr(fine, next, dropped);
            ir_.SetInsertPoint(next);
        }
        act("steer", {number(stmt.sub), keys[0], keys[1]});
    }

    /// Ends the evaluation.
    void drop(lang::DropBy by) {
        act("drop", {number(static_cast<unsigned>(by))});
        finish();
    }

    void finish() {
        if (stored_)
            act("forget", {});
        ir_.CreateRetVoid();
    }

    void act(const char* action, std::vector<Value*> arguments) {
        call(std::string("pfq_do_") + action, ir_.getVoidTy(), std::move(arguments));
    }

    void simple_statement(const Stmt& stmt) {
        switch (stmt.kind) {
        case Stmt::Kind::snap: {
            Value* now = word_call(stmt.sub == static_cast<unsigned>(lang::Input::mark) ? "pfq_mark" : "pfq_state", {});
            if (stored_)
                put(stmt.imm, now);
            else
                ir_.CreateStore(now, slots_[stmt.imm]);
            ++epoch_;
            return;
        }
        case Stmt::Kind::set_mark:
            return act("mark", {value(stmt.a)});
        case Stmt::Kind::set_state:
            return act("state", {value(stmt.a)});
        case Stmt::Kind::set_class:
            return act("class", {word(stmt.imm)});
        case Stmt::Kind::copy:
            return act("copy", {});
        case Stmt::Kind::reset:
            return act("class", {word(lang::class_default)});
        case Stmt::Kind::kernel:
            return act("kernel", {});
        case Stmt::Kind::forward:
            return act("forward",
                       {number(options_.targets.empty() ? stmt.imm : options_.targets[stmt.imm]), number(stmt.sub)});
        case Stmt::Kind::count:
            return act("count", {number(stmt.imm), word(stmt.sub == 1 ? 1 : ~std::uint64_t{0})});
        case Stmt::Kind::slice:
            return act("slice", {value(stmt.a)});
        default:
            return act("log", {number(stmt.sub), number(stmt.imm)});
        }
    }

    llvm::Module& module_;
    const lang::Pipeline& pipeline_;
    const Analysis& analysis_;
    const IrOptions& options_;
    const bool all_first_, stored_;
    llvm::IRBuilder<> ir_;
    llvm::Function* function_ = nullptr;
    llvm::Argument* eval_ = nullptr;
    std::vector<Value*> slots_;
    std::vector<Value*> blocks_;                    ///< of pfq_values
    std::unordered_map<NodeId, std::size_t> cells_; ///< where nodes are in them
    std::size_t used_cells_ = 0;
    std::vector<std::string> parts_;
    std::vector<Known> memo_;
    std::vector<Entry> trail_;
    std::uint32_t epoch_ = 0;
    std::size_t written_ = 0;
};

} // namespace

std::string part_body(const std::string& part) {
    return "pfq_part_body_" + part;
}

std::vector<std::string> generate(llvm::Module& module, const lang::Pipeline& pipeline, const std::string& name,
                                  const IrOptions& options) {
    const Analysis analysis = analyse(pipeline);
    for (const bool all_first : {false, true}) {
        if (options.stored && !all_first)
            continue;
        Generator generator(module, pipeline, analysis, name, options, all_first);
        try {
            generator.run();
            return generator.parts();
        } catch (const TooManyCopies&) {
            generator.discard();
        }
    }
    return {};
}

} // namespace pfq::codegen
