// Random well-typed programs. Names come from the vocabulary's own signatures, so new ones take part by themselves.
#pragma once
#include "tests/property/random.hpp"
#include "tests/property/term.hpp"
#include "tests/property/type.hpp"
#include <map>
#include <optional>

namespace pfq::test {

class Generator {
public:
    explicit Generator(std::uint64_t seed);

    /// A program of about `size` names and forms.
    [[nodiscard]] ProgramTerm next(unsigned size);

    /// A program of many small parts in a row, most of them behind a condition, so that little is folded away.
    [[nodiscard]] ProgramTerm next_large(unsigned parts);

    /// How often each name of signatures() and each form was used.
    [[nodiscard]] const std::map<std::string, std::uint64_t>& uses() const { return uses_; }

private:
    /// What is wanted of a term.
    struct Goal {
        Ty type;
        bool dynamic = false; ///< may depend on the packet
        unsigned shifts = 0;  ///< tunnels that may still be looked into
        unsigned size = 1;
    };
    struct Variable {
        std::string name;
        Ty type;
        bool dynamic = false;
        unsigned shifts = 0;     ///< Goal::shifts where it was bound
        bool definition = false; ///< of the program: `shifts` is what it needs itself
        bool is_operator = false;
    };
    struct Candidate {
        const Signature* signature;
        std::size_t taken; ///< parameters that are given
        Binding binding;
    };
    /// Variables of a scope are gone when it is left.
    class Scope {
    public:
        explicit Scope(Generator& generator) : generator_(generator), size_(generator.variables_.size()) {}
        ~Scope() { generator_.variables_.resize(size_); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        Generator& generator_;
        std::size_t size_;
    };

    // ---- generator.cpp
    Term make(Goal goal);
    Term leaf(const Goal& goal);
    std::optional<Term> use_variable(const Goal& goal, bool leaves_only);
    std::optional<Term> use_name(const Goal& goal, bool leaves_only);
    std::optional<Candidate> choose(const Goal& goal, bool leaves_only);
    bool usable(const Signature& signature, std::size_t taken, const Goal& goal) const;
    bool visible(const Variable& variable, const Goal& goal) const;
    Ty instantiate(const Signature& signature, std::uint8_t kinds);
    Term call(const Signature& signature, std::vector<Term> arguments);
    Term packet_operand(const Goal& goal);
    std::optional<Term> arguments(const Candidate& candidate, const Goal& goal);
    Term literal(const Ty& type);
    Term structure(const Goal& goal);

    // ---- generator_forms.cpp
    std::optional<Term> use_form(const Goal& goal);
    std::optional<Term> let(const Goal& goal);
    std::optional<Term> choice(const Goal& goal);
    std::optional<Term> guards(const Goal& goal);
    std::optional<Term> case_of(const Goal& goal);
    std::optional<Term> case_of_list(const Goal& goal);
    std::optional<Term> lambda(const Goal& goal);
    std::optional<Term> applied_lambda(const Goal& goal);
    std::optional<Term> do_block(const Goal& goal);
    std::optional<Term> list(const Goal& goal);
    std::optional<Term> comprehension(const Goal& goal);
    std::optional<Term> section(const Goal& goal);
    std::optional<Term> typed(const Goal& goal);
    Goal condition(const Goal& goal);

    // ---- generator_definitions.cpp
    Term definition();
    Term value_definition();
    Term function_definition();
    Term equations_definition();
    Term list_definition();
    Term operator_definition();
    Term pair_definition();

    Goal part(const Goal& goal, Ty type, unsigned of) const;
    Ty random_type(bool functions = true);
    std::string fresh(const char* prefix) { return prefix + std::to_string(++names_); }
    Variable& bind(std::string name, Ty type, const Goal& goal);
    bool has_packet() const;

    Random random_;
    std::map<std::string, std::uint64_t> uses_;
    std::vector<Variable> variables_;
    unsigned names_ = 0;
};

/// The forms that Generator::uses() counts beside names, as "form if" and the like.
[[nodiscard]] const std::vector<std::string>& forms();

} // namespace pfq::test
