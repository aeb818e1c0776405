// Links generated code with the data path's bitcode, optimises and emits it. One of the two files that include LLVM.
#include "codegen/backend.hpp"
#include "codegen/analysis.hpp"
#include "codegen/build.hpp"
#include "codegen/ir.hpp"
#include "datapath/bpf_abi.h"
#include "embed/datapath.hpp"
#include "lang/pipeline/effects.hpp"
#include <algorithm>
#include <chrono>
#include <llvm/ADT/StringSet.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Linker/Linker.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/IPO/Internalize.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <memory>
#include <set>
#include <stdexcept>

namespace pfq::codegen {

namespace {

constexpr std::size_t inline_limit = 1500; ///< native: nodes and statements; beyond, primitives are called, not inlined
constexpr std::size_t separate_limit = 120; ///< eBPF: beyond, every group is a function that is verified by itself
constexpr std::size_t stored_limit = 64;    ///< eBPF: nodes of a group; beyond, they are kept in memory
constexpr std::size_t fast_limit = 6000;    ///< native: beyond, code is emitted without global register allocation

struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Stopwatch {
public:
    std::uint32_t lap() {
        const auto now = std::chrono::steady_clock::now();
        const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(now - last_);
        last_ = now;
        return static_cast<std::uint32_t>(passed.count());
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

void initialise(bool native) {
    if (native) {
        LLVMInitializeX86TargetInfo();
        LLVMInitializeX86Target();
        LLVMInitializeX86TargetMC();
        LLVMInitializeX86AsmPrinter();
    } else {
        LLVMInitializeBPFTargetInfo();
        LLVMInitializeBPFTarget();
        LLVMInitializeBPFTargetMC();
        LLVMInitializeBPFAsmPrinter();
        LLVMInitializeBPFAsmParser(); // the loads are inline assembly
    }
}

/// Errors of the back ends arrive here instead of ending the process.
struct Diagnostics : llvm::DiagnosticHandler {
    explicit Diagnostics(std::string& errors) : errors_(errors) {}
    bool handleDiagnostics(const llvm::DiagnosticInfo& info) override {
        if (info.getSeverity() == llvm::DS_Error) {
            llvm::raw_string_ostream out(errors_);
            llvm::DiagnosticPrinterRawOStream printer(out);
            info.print(printer);
            out << '\n';
        }
        return true;
    }
    std::string& errors_;
};

class Build {
public:
    explicit Build(const Request& request) : request_(request), native_(request.target == Target::native) {
        context_.setDiagnosticHandler(std::make_unique<Diagnostics>(errors_));
        for (const auto& group : request.groups) {
            const Analysis analysis = analyse(group);
            size_ += analysis.used + analysis.statements;
        }
    }

    std::string run(Timings& timings) {
        Stopwatch watch;
        initialise(native_);
        make_target();
        auto runtime = load_runtime();
        generate_module(*runtime);
        timings.generate = watch.lap();
        link(std::move(runtime));
        timings.link = watch.lap();
        optimise();
        timings.optimise = watch.lap();
        std::string output = emit();
        timings.emit = watch.lap();
        check_errors();
        return output;
    }

private:
    void check_errors() const {
        if (!errors_.empty())
            throw Failure(errors_);
    }

    void make_target() {
        const std::string triple = native_ ? "x86_64-unknown-linux-gnu" : "bpfel";
        std::string error;
        const auto* target = llvm::TargetRegistry::lookupTarget(triple, error);
        if (!target)
            throw Failure(error);
        if (native_) {
            cpu_ = request_.cpu.empty() ? llvm::sys::getHostCPUName().str() : request_.cpu;
            if (request_.cpu.empty())
                for (const auto& feature : llvm::sys::getHostCPUFeatures())
                    features_ += (features_.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") +
                                 feature.first().str();
        } else {
            cpu_ = "v3";
        }
        if (!request_.cpu.empty()) {
            const std::unique_ptr<llvm::MCSubtargetInfo> plain(target->createMCSubtargetInfo(triple, "", ""));
            if (!plain->isCPUStringValid(cpu_))
                throw Failure("unknown processor `" + cpu_ + "`");
        }
        const llvm::TargetOptions options;
        machine_.reset(
            target->createTargetMachine(triple, cpu_, features_, options, llvm::Reloc::PIC_, std::nullopt, effort()));
        if (!machine_)
            throw Failure("no code generator for " + triple);
    }

    bool outlined() const {
        const std::size_t limit = native_ ? inline_limit : separate_limit;
        return request_.shape == Shape::outlined || request_.shape == Shape::stored ||
               (request_.shape == Shape::automatic && size_ > limit);
    }

    /// What a group may be in one piece, the verifier follows in full: larger ones keep their values in memory.
    bool stored(const lang::Pipeline& group) const {
        if (native_ || group.nodes.size() + group.slots > PFQ_BPF_VALUE_BLOCKS * PFQ_BPF_BLOCK_VALUES)
            return false;
        return request_.shape == Shape::stored ||
               (request_.shape == Shape::automatic && group.nodes.size() > stored_limit);
    }

    /// Large programs must compile in seconds; some of LLVM's algorithms are not linear.
    llvm::CodeGenOptLevel effort() const {
        if (!native_ || !outlined())
            return llvm::CodeGenOptLevel::Default;
        return size_ > fast_limit ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Less;
    }

    std::unique_ptr<llvm::Module> load_runtime() {
        const char* name = request_.target == Target::native    ? "native.bc"
                           : request_.target == Target::bpf_xdp ? "bpf_xdp.bc"
                                                                : "bpf_tc.bc";
        const std::string_view bytes = embedded::datapath(name);
        auto module = llvm::getLazyBitcodeModule(llvm::MemoryBufferRef({bytes.data(), bytes.size()}, name), context_);
        if (!module)
            throw Failure(llvm::toString(module.takeError()));
        return std::move(*module);
    }

    void generate_module(llvm::Module& runtime) {
        module_ = std::make_unique<llvm::Module>("pfq", context_);
        module_->setDataLayout(native_ ? machine_->createDataLayout() : runtime.getDataLayout());
        module_->setTargetTriple(runtime.getTargetTriple());
        if (native_)
            runtime.setDataLayout(module_->getDataLayout());
        IrOptions options;
        options.native = native_;
        options.inlined = !native_ || !outlined();
        for (std::size_t i = 0; i < request_.groups.size(); ++i) {
            const std::string number = std::to_string(i);
            if (request_.live) {
                options.tables = request_.tables.empty() ? std::vector<std::uint32_t>{} : request_.tables[i];
                options.targets = request_.targets.empty() ? std::vector<std::uint32_t>{} : request_.targets[i];
            }
            options.stored = stored(request_.groups[i]);
            for (std::string& part : generate(*module_, request_.groups[i], "pfq_user_" + number, options))
                parts_.push_back({std::move(part), number_of(i)});
            if (!native_)
                options.first_table += static_cast<unsigned>(request_.groups[i].tables.size());
            if (native_ && request_.batch)
                native_entry("pfq_batch_" + number, "pfq_batch_loop", "pfq_user_" + number);
            if (native_ && request_.filter)
                native_entry("pfq_filter_" + number, "pfq_filter_loop", "pfq_user_" + number);
        }
        if (!native_)
            bpf_groups(runtime);
    }

    /// pfq_groups evaluates all groups, each through its pfq_group_body_<i>.
    void bpf_groups(llvm::Module& runtime) {
        auto* pointer = llvm::PointerType::get(context_, 0);
        auto* none = llvm::Type::getVoidTy(context_);
        const auto add = [&](const std::string& name, std::vector<llvm::Type*> arguments) {
            auto* type = llvm::FunctionType::get(none, arguments, false);
            auto* function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, *module_);
            function->addFnAttr(llvm::Attribute::AlwaysInline);
            llvm::BasicBlock::Create(context_, "entry", function);
            return function;
        };
        llvm::Function* groups = add("pfq_groups", {pointer, pointer});
        llvm::IRBuilder<> ir(&groups->getEntryBlock());
        for (std::size_t i = 0; i < request_.groups.size(); ++i) {
            llvm::Function* body = add(group_body(i), {pointer});
            llvm::IRBuilder<> inner(&body->getEntryBlock());
            auto* run_type = llvm::FunctionType::get(
                ir.getVoidTy(), {ir.getPtrTy(), ir.getInt32Ty(), ir.getInt32Ty(), ir.getInt64Ty(), ir.getPtrTy()},
                false);
            inner.CreateCall(module_->getOrInsertFunction("pfq_run_group", run_type),
                             {body->getArg(0), ir.getInt32(number_of(i)),
                              ir.getInt32(lang::effects_of(request_.groups[i]).needs_sequence ? 1 : 0),
                              ir.getInt64(request_.queues.empty() ? all_queues : request_.queues[i]),
                              module_->getFunction("pfq_user_" + std::to_string(i))});
            inner.CreateRetVoid();
            if (outlined())
                ir.CreateCall(module_->getOrInsertFunction(separate_group(i),
                                                           llvm::FunctionType::get(ir.getInt32Ty(), {pointer}, false)),
                              {groups->getArg(0)});
            else
                ir.CreateCall(body, {groups->getArg(1)});
        }
        ir.CreateRetVoid();
        bpf_parts();
        need(runtime);
    }

    void bpf_parts() {
        for (const Part& part : parts_) {
            llvm::Function* body = module_->getFunction(part_body(part.name));
            body->addFnAttr(llvm::Attribute::AlwaysInline);
            llvm::IRBuilder<> ir(llvm::BasicBlock::Create(context_, "entry", body));
            auto* type =
                llvm::FunctionType::get(ir.getVoidTy(), {ir.getPtrTy(), ir.getInt32Ty(), ir.getPtrTy()}, false);
            ir.CreateCall(module_->getOrInsertFunction("pfq_run_part", type),
                          {body->getArg(0), ir.getInt32(part.group), module_->getFunction(part.name)});
            ir.CreateRetVoid();
        }
    }

    unsigned number_of(std::size_t group) const {
        return request_.numbers.empty() ? static_cast<unsigned>(group) : request_.numbers[group];
    }

    static std::string group_body(std::size_t index) { return "pfq_group_body_" + std::to_string(index); }
    static std::string separate_group(std::size_t index) { return "pfq_group_" + std::to_string(index); }

    /// Declares what has to be in the object, so that linking only what is needed takes it, and keeps it.
    void need(const llvm::Module& runtime) {
        for (const char* name : {"pfq_entry", "pfq_group", "pfq_part"})
            llvm::Function::Create(runtime.getFunction(name)->getFunctionType(), llvm::Function::ExternalLinkage, name,
                                   *module_);
        module_->getOrInsertGlobal("_license", runtime.getNamedGlobal("_license")->getValueType());
        define("pfq_live", request_.live ? 1 : 0);
        define("pfq_parses",
               std::ranges::any_of(request_.groups, [](const lang::Pipeline& group) { return analyse(group).parses; }));
        define("pfq_separate", outlined() ? 1 : 0);
        define("pfq_ring_classes", request_.ring_classes);
        define("pfq_orders", std::ranges::any_of(request_.groups, [](const lang::Pipeline& group) {
                   return lang::needs_orders(lang::effects_of(group));
               }));
        define("pfq_multi_buffer", request_.multi_buffer ? 1 : 0);
        for (const char* name :
             {"pfq_entry", "_license", "pfq_parse_any", "pfq_step_inside", "pfq_load_far", "pfq_offer", "pfq_pick",
              "pfq_forward", "pfq_send_copies", "pfq_give_up_copies", "pfq_copy_frame", "pfq_copy_slowly", "pfq_say",
              "pfq_find_prefix", "pfq_take_turn", "pfq_load_tagged"})
            keep_.insert(name);
    }

    /// A constant that the data path's code asks for.
    void define(const char* name, unsigned value) {
        auto* type = llvm::Type::getInt32Ty(context_);
        auto* constant = llvm::cast<llvm::GlobalVariable>(module_->getOrInsertGlobal(name, type));
        constant->setConstant(true);
        constant->setInitializer(llvm::ConstantInt::get(type, value));
    }

    /// Makes groups and parts global functions, which the verifier checks one by one: copies of pfq_group and pfq_part
    /// with their bodies.
    void separate() {
        llvm::Function *group = module_->getFunction("pfq_group"), *part = module_->getFunction("pfq_part");
        for (std::size_t i = 0; outlined() && i < request_.groups.size(); ++i)
            separate(*group, "pfq_group_body", group_body(i), separate_group(i));
        for (std::size_t i = 0; i < parts_.size(); ++i)
            separate(*part, "pfq_part_body", part_body(parts_[i].name), "pfq_part_" + std::to_string(i));
        group->eraseFromParent();
        part->eraseFromParent();
    }

    void separate(llvm::Function& model, const char* model_body, const std::string& body_name,
                  const std::string& name) {
        llvm::ValueToValueMapTy map;
        llvm::Function* copy = llvm::CloneFunction(&model, map);
        llvm::Function* declared = module_->getFunction(name); // groups are called by this name already
        if (auto* description = copy->getSubprogram(); description && description != model.getSubprogram())
            description->replaceOperandWith(2, llvm::MDString::get(context_, name)); // the name in the type information
        llvm::Function* body = module_->getFunction(body_name);
        if (declared) {
            declared->replaceAllUsesWith(copy);
            declared->eraseFromParent();
        } else {
            body->replaceAllUsesWith(copy);
        }
        copy->setName(name);
        for (llvm::Instruction& instruction : llvm::instructions(*copy))
            if (auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
                call && call->getCalledFunction() == module_->getFunction(model_body))
                call->setCalledFunction(body);
        keep_.insert(name);
    }

    /// void name(packets, count, results, env): the loop with the program as its last argument.
    void native_entry(const std::string& name, const std::string& loop, const std::string& program) {
        llvm::IRBuilder<> ir(context_);
        llvm::Type *pointer = ir.getPtrTy(), *count = ir.getInt64Ty();
        auto* type = llvm::FunctionType::get(ir.getVoidTy(), {pointer, count, pointer, pointer}, false);
        auto* entry = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, *module_);
        ir.SetInsertPoint(llvm::BasicBlock::Create(context_, "entry", entry));
        auto* loop_type = llvm::FunctionType::get(ir.getVoidTy(), {pointer, count, pointer, pointer, pointer}, false);
        ir.CreateCall(
            module_->getOrInsertFunction(loop, loop_type),
            {entry->getArg(0), entry->getArg(1), entry->getArg(2), entry->getArg(3), module_->getFunction(program)});
        ir.CreateRetVoid();
        keep_.insert(name);
    }

    void link(std::unique_ptr<llvm::Module> runtime) {
        if (llvm::Linker::linkModules(*module_, std::move(runtime), llvm::Linker::LinkOnlyNeeded))
            throw Failure("cannot link the data path: " + errors_);
        if (!native_)
            separate();
        else if (outlined())
            call_primitives();
        for (const llvm::GlobalVariable& variable : module_->globals())
            if (variable.getSection() == ".maps") // libbpf refuses maps with internal linkage
                keep_.insert(variable.getName());
        llvm::internalizeModule(*module_,
                                [&](const llvm::GlobalValue& value) { return keep_.contains(value.getName()); });
        for (llvm::Function& function : *module_) {
            function.addFnAttr("no-jump-tables", "true");
            if (!native_ || function.isDeclaration())
                continue;
            // One processor for all, or nothing is inlined; nothing that would call into a C library.
            function.addFnAttr("target-cpu", cpu_);
            function.addFnAttr("target-features", features_);
            function.removeFnAttr("tune-cpu");
            function.addFnAttr("no-builtins");
            function.removeFnAttr(llvm::Attribute::UWTable);
            function.addFnAttr(llvm::Attribute::NoUnwind);
        }
        std::string fault;
        llvm::raw_string_ostream out(fault);
        if (llvm::verifyModule(*module_, &out))
            throw Failure("generated code is unsound: " + fault);
        check_errors();
        if (!native_)
            forget_lines();
    }

    /// Keeps what the kernel wants to know, names and types of global functions and maps. Where each instruction comes
    /// from takes as long to carry along as the rest of the compilation.
    void forget_lines() {
        for (llvm::Function& function : *module_) {
            if (function.hasFnAttribute(llvm::Attribute::AlwaysInline))
                function.setSubprogram(nullptr);
            for (llvm::Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
                instruction.dropDbgRecords();
                instruction.setDebugLoc({});
                if (llvm::isa<llvm::DbgInfoIntrinsic>(instruction))
                    instruction.eraseFromParent();
            }
        }
    }

    /// One copy of each primitive instead of one per use.
    void call_primitives() {
        for (std::size_t i = 0; i < request_.groups.size(); ++i)
            for (llvm::Instruction& instruction :
                 llvm::instructions(module_->getFunction("pfq_user_" + std::to_string(i))))
                if (auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction); call && call->getCalledFunction()) {
                    call->getCalledFunction()->removeFnAttr(llvm::Attribute::AlwaysInline);
                    call->getCalledFunction()->addFnAttr(llvm::Attribute::NoInline);
                }
    }

    void optimise() {
        llvm::LoopAnalysisManager loops;
        llvm::FunctionAnalysisManager functions;
        llvm::CGSCCAnalysisManager components;
        llvm::ModuleAnalysisManager modules;
        llvm::PipelineTuningOptions tuning;
        tuning.LoopVectorization = tuning.SLPVectorization = tuning.LoopUnrolling = false;
        llvm::PassBuilder builder(machine_.get(), tuning);
        builder.registerModuleAnalyses(modules);
        builder.registerCGSCCAnalyses(components);
        builder.registerFunctionAnalyses(functions);
        builder.registerLoopAnalyses(loops);
        builder.crossRegisterProxies(loops, functions, components, modules);
        llvm::ModulePassManager passes;
        if (native_ && outlined())
            llvm::cantFail(builder.parsePassPipeline(
                passes, "always-inline,function(sroa,early-cse<memssa>,simplifycfg,instsimplify),globaldce"));
        else {
            // Primitives come in before anything is simplified: simplified outside, they keep pointers into the
            // evaluation that it then cannot be freed of, and it lands on the stack. What comes in brings calls of its
            // own.
            for (int round = 0; round < 3; ++round)
                passes.addPass(llvm::AlwaysInlinerPass());
            if (!native_) { // what no group asks for goes before time is spent on it
                llvm::cantFail(builder.parsePassPipeline(passes, "function(sroa,early-cse,simplifycfg)"));
                passes.run(*module_, modules);
                modules.clear();
                functions.clear();
                components.clear();
                loops.clear();
                remove_unreachable();
                passes = llvm::ModulePassManager();
            }
            passes.addPass(builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2));
        }
        passes.run(*module_, modules);
        check_errors();
        if (!native_)
            remove_unreachable();
        for (llvm::GlobalVariable& variable : llvm::make_early_inc_range(module_->globals()))
            if (variable.getSection() == ".maps" && variable.use_empty())
                variable.eraseFromParent();
    }

    /// Functions that the entry does not lead to. They are global, so the optimiser leaves them.
    void remove_unreachable() {
        std::set<llvm::Function*> reached{module_->getFunction("pfq_entry")};
        std::vector<llvm::Function*> open(reached.begin(), reached.end());
        while (!open.empty()) {
            llvm::Function* at = open.back();
            open.pop_back();
            for (llvm::Instruction& instruction : llvm::instructions(*at))
                for (llvm::Value* operand : instruction.operands())
                    if (auto* used = llvm::dyn_cast<llvm::Function>(operand->stripPointerCasts());
                        used && reached.insert(used).second)
                        open.push_back(used);
        }
        for (llvm::Function& function : *module_)
            if (!reached.contains(&function))
                function.deleteBody();
        for (llvm::Function& function : llvm::make_early_inc_range(*module_))
            if (!reached.contains(&function) && function.use_empty())
                function.eraseFromParent();
    }

    std::string emit() {
        std::string output;
        llvm::raw_string_ostream text(output);
        if (request_.emit == Emit::llvm) {
            module_->print(text, nullptr);
            return output;
        }
        llvm::SmallVector<char, 0> bytes;
        llvm::raw_svector_ostream out(bytes);
        llvm::legacy::PassManager passes;
        const auto type =
            request_.emit == Emit::object ? llvm::CodeGenFileType::ObjectFile : llvm::CodeGenFileType::AssemblyFile;
        if (machine_->addPassesToEmitFile(passes, out, nullptr, type))
            throw Failure("this target cannot be emitted");
        passes.run(*module_);
        return {bytes.begin(), bytes.end()};
    }

    const Request& request_;
    const bool native_;
    std::size_t size_ = 0;
    std::string errors_, cpu_, features_;
    llvm::LLVMContext context_;
    std::unique_ptr<llvm::TargetMachine> machine_;
    std::unique_ptr<llvm::Module> module_;
    llvm::StringSet<> keep_;
    struct Part {
        std::string name;
        unsigned group;
    };
    std::vector<Part> parts_; ///< of large groups
};

} // namespace

Reply build(const Request& request) {
    Reply reply;
    reply.build = build_id();
    try {
        reply.output = Build(request).run(reply.timings);
        reply.ok = true;
    } catch (const Failure& failure) {
        reply.output = failure.what();
    }
    return reply;
}

void on_fatal_error(void (*handler)(const char* text)) {
    static void (*installed)(const char*) = handler;
    llvm::install_fatal_error_handler([](void*, const char* reason, bool) { installed(reason); });
}

} // namespace pfq::codegen
