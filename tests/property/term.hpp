// Generated programs as trees that can be written as text and made smaller.
#pragma once
#include <string>
#include <vector>

namespace pfq::test {

struct Term {
    enum class Kind { atom, apply, infix, form } kind = Kind::atom;
    std::string head;                ///< atom: the text; apply: the function; infix: the operator
    std::vector<std::string> pieces; ///< form: the text around and between the kids
    std::vector<Term> kids;
    std::string type; ///< terms with the same one can stand for each other
};

Term atom(std::string text);
Term form(std::vector<std::string> pieces, std::vector<Term> kids);

struct ProgramTerm {
    std::vector<Term> definitions; ///< each with its line ends
    Term main;                     ///< a function on packets
    bool bare = false;             ///< without definitions: the text is the expression alone
};

[[nodiscard]] std::string text(const Term& term);
[[nodiscard]] std::string text(const ProgramTerm& program);
[[nodiscard]] std::size_t size(const Term& term);

/// All programs that are one step smaller, the smallest first.
[[nodiscard]] std::vector<ProgramTerm> smaller(const ProgramTerm& program);

} // namespace pfq::test
