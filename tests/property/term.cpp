#include "tests/property/term.hpp"
#include "lang/syntax/fixity.hpp"
#include <algorithm>
#include <functional>
#include <map>
#include <optional>

namespace pfq::test {

Term atom(std::string text) {
    Term term;
    term.head = std::move(text);
    return term;
}

Term form(std::vector<std::string> pieces, std::vector<Term> kids) {
    Term term;
    term.kind = Term::Kind::form;
    term.pieces = std::move(pieces);
    term.kids = std::move(kids);
    return term;
}

namespace {

bool needs_brackets(const Term& term) {
    return term.kind == Term::Kind::apply || term.kind == Term::Kind::infix;
}

std::string bracketed(const Term& term) {
    return needs_brackets(term) ? "(" + text(term) + ")" : text(term);
}

/// The precedence of an operator of the vocabulary; nothing for those of the program, which are always in brackets.
std::optional<int> precedence(const std::string& op) {
    std::string name = op;
    if (name.size() > 2 && name.front() == '`')
        name = name.substr(1, name.size() - 2);
    const auto& table = lang::default_fixities();
    const auto found = table.find(name);
    return found == table.end() ? std::nullopt : std::optional(found->second.precedence);
}

/// An operand: brackets where the operator inside does not bind tighter.
std::string operand(const Term& term, std::optional<int> outer) {
    if (term.kind == Term::Kind::infix && !(outer && precedence(term.head) > outer))
        return "(" + text(term) + ")";
    return text(term);
}

std::size_t text_size(const ProgramTerm& program) {
    return text(program).size();
}

} // namespace

std::string text(const Term& term) {
    std::string out;
    switch (term.kind) {
    case Term::Kind::atom:
        return term.head;
    case Term::Kind::apply:
        out = term.head;
        for (const Term& kid : term.kids)
            out += " " + bracketed(kid);
        return out;
    case Term::Kind::infix: {
        const auto outer = precedence(term.head);
        return operand(term.kids[0], outer) + " " + term.head + " " + operand(term.kids[1], outer);
    }
    case Term::Kind::form:
        for (std::size_t i = 0; i < term.kids.size(); ++i)
            out += term.pieces[i] + text(term.kids[i]);
        return out + term.pieces.back();
    }
    return out;
}

std::string text(const ProgramTerm& program) {
    std::string out;
    for (const Term& definition : program.definitions)
        out += text(definition);
    return program.bare && program.definitions.empty() ? text(program.main) + "\n"
                                                       : out + "main = " + text(program.main) + "\n";
}

std::size_t size(const Term& term) {
    std::size_t total = 1;
    for (const Term& kid : term.kids)
        total += size(kid);
    return total;
}

namespace {

void collect(const Term& term, const std::string& type, std::vector<const Term*>& found) {
    for (const Term& kid : term.kids) {
        if (kid.type == type)
            found.push_back(&kid);
        collect(kid, type, found);
    }
}

/// The simplest term of common types.
const std::map<std::string, const char*>& simplest() {
    static const std::map<std::string, const char*> all{{"Packet -> Action Packet", "unit"},
                                                        {"Packet -> Bool", "is_tcp"},
                                                        {"Packet -> Word64", "ip_ttl"},
                                                        {"Bool", "True"},
                                                        {"Int", "1"},
                                                        {"Word64", "1"},
                                                        {"Word32", "1"},
                                                        {"Word16", "1"},
                                                        {"Word8", "1"}};
    return all;
}

/// Calls `use` with every way to replace one subterm of `term`.
void replacements(const Term& term, const std::function<void(Term)>& use) {
    std::vector<const Term*> inner;
    if (!term.type.empty())
        collect(term, term.type, inner);
    for (const Term* smaller : inner)
        use(*smaller);
    if (auto found = simplest().find(term.type); found != simplest().end() && size(term) > 1) {
        Term leaf = atom(found->second);
        leaf.type = term.type;
        use(leaf);
    }
    for (std::size_t i = 0; i < term.kids.size(); ++i)
        replacements(term.kids[i], [&](Term kid) {
            Term copy = term;
            copy.kids[i] = std::move(kid);
            use(std::move(copy));
        });
}

} // namespace

std::vector<ProgramTerm> smaller(const ProgramTerm& program) {
    std::vector<ProgramTerm> all;
    for (std::size_t i = 0; i < program.definitions.size(); ++i) {
        ProgramTerm without = program;
        without.definitions.erase(without.definitions.begin() + static_cast<std::ptrdiff_t>(i));
        all.push_back(std::move(without));
        replacements(program.definitions[i], [&](Term term) {
            ProgramTerm copy = program;
            copy.definitions[i] = std::move(term);
            all.push_back(std::move(copy));
        });
    }
    replacements(program.main, [&](Term term) {
        ProgramTerm copy = program;
        copy.main = std::move(term);
        all.push_back(std::move(copy));
    });
    const std::size_t now = text_size(program);
    std::erase_if(all, [&](const ProgramTerm& candidate) { return text_size(candidate) >= now; });
    std::ranges::sort(all, {}, text_size);
    return all;
}

} // namespace pfq::test
