#include "lang/syntax/group.hpp"

#include <map>
#include <utility>

namespace pfq::lang {

namespace {

class Grouper {
public:
    explicit Grouper(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    void equation(DeclarationList::Equation equation) {
        const std::string name = equation.name.text;
        const bool same_as_before = !name.empty() && !bindings_.empty() && bindings_.back().name.text == name;
        if (same_as_before) {
            further_clause(std::move(equation));
            return;
        }
        if (auto first = index_.find(name); first != index_.end()) {
            second_definition(equation, bindings_[first->second]);
            return;
        }
        if (!name.empty())
            index_[name] = bindings_.size();
        Binding& binding = bindings_.emplace_back();
        binding.name = std::move(equation.name);
        binding.pattern = std::move(equation.pattern);
        binding.documentation = std::move(equation.documentation);
        binding.span = equation.clause.span;
        binding.clauses.push_back(std::move(equation.clause));
    }

    void signature(DeclarationList::Signature signature) {
        auto found = index_.find(signature.name.text);
        if (found == index_.end()) {
            error(Code::signature_without_definition, signature.name.span,
                  "signature of `" + signature.name.text + "`, which is not defined here", "no equation follows")
                .help.push_back({"define it in the same block, or remove the signature", std::nullopt});
            return;
        }
        Binding& binding = bindings_[found->second];
        if (binding.signature) {
            error(Code::duplicate_definition, signature.span, "`" + signature.name.text + "` has two signatures",
                  "the second one")
                .secondary.push_back({binding.signature_span, "the first one"});
            return;
        }
        binding.signature = std::move(signature.type);
        binding.signature_span = signature.span;
        if (!signature.documentation.empty())
            binding.documentation = std::move(signature.documentation);
    }

    std::vector<Binding> take() { return std::move(bindings_); }

private:
    void further_clause(DeclarationList::Equation equation) {
        Binding& binding = bindings_.back();
        const Clause& first = binding.clauses.front();
        if (first.parameters.size() != equation.clause.parameters.size()) {
            auto count = [](const Clause& clause) {
                return std::to_string(clause.parameters.size()) +
                       (clause.parameters.size() == 1 ? " argument" : " arguments");
            };
            error(Code::clause_arity, equation.name.span,
                  "equations of `" + binding.name.text + "` have different numbers of arguments",
                  count(equation.clause))
                .secondary.push_back({binding.name.span, count(first)});
            return;
        }
        if (first.parameters.empty()) {
            second_definition(equation, binding);
            return;
        }
        binding.span = binding.span.to(equation.clause.span);
        binding.clauses.push_back(std::move(equation.clause));
    }

    void second_definition(const DeclarationList::Equation& equation, const Binding& first) {
        const bool apart = !equation.clause.parameters.empty() && !first.clauses.front().parameters.empty();
        const std::string name = "`" + equation.name.text + "`";
        Diagnostic& d = apart ? error(Code::no_clause_order, equation.name.span,
                                      "the equations of " + name + " are not together", "this one stands apart")
                              : error(Code::duplicate_definition, equation.name.span, name + " is defined twice",
                                      "the second definition");
        d.secondary.push_back({first.name.span, apart ? "the others are here" : "the first one"});
        if (apart)
            d.help.push_back({"move it next to the others", std::nullopt});
        else
            d.help.push_back({"rename or remove one of the two", std::nullopt});
    }

    Diagnostic& error(Code code, Span span, std::string message, std::string label) {
        return diagnostics_.emplace_back(
            Diagnostic{code, Severity::error, std::move(message), {span, std::move(label)}, {}, {}, {}});
    }

    Diagnostics& diagnostics_;
    std::vector<Binding> bindings_;
    std::map<std::string, std::size_t> index_;
};

} // namespace

std::vector<Binding> group(DeclarationList list, Diagnostics& diagnostics) {
    Grouper grouper(diagnostics);
    for (auto& equation : list.equations)
        grouper.equation(std::move(equation));
    for (auto& signature : list.signatures)
        grouper.signature(std::move(signature));
    return grouper.take();
}

} // namespace pfq::lang
