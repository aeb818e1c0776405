// Types of generated terms: those of the language, with what a value may be beyond its type.
#pragma once
#include "lang/names/modules.hpp"
#include "lang/types/type.hpp"
#include <optional>
#include <string>
#include <vector>

namespace pfq::test {

using Big = __int128_t;
inline constexpr Big widest = Big{1} << 62;

/// A type, or a variable of a signature (con rigid, with its number).
struct Ty {
    lang::Con con = lang::Con::integer;
    std::vector<Ty> args;
    unsigned variable = 0;
    Big low = -widest, high = widest;         ///< numbers known at compile time
    std::size_t shortest = 0, longest = 1000; ///< lists
    std::string domain;                       ///< strings: what they name ("device", a table's kind); empty: any text
    bool operator==(const Ty&) const = default;
};

Ty plain(lang::Con con);
Ty number(lang::Con con); ///< with the bounds of its type
Ty integer(Big low, Big high);
Ty list_of(Ty item, std::size_t shortest = 0, std::size_t longest = 1000);
Ty tuple_of(Ty a, Ty b);
Ty arrow(Ty from, Ty to);
Ty packet();
Ty action();
Ty predicate();
Ty property();
Ty function();

[[nodiscard]] bool is_number(const Ty& type);
[[nodiscard]] bool is_arrow(const Ty& type);
[[nodiscard]] bool takes_packet(const Ty& type); ///< Packet -> ...
[[nodiscard]] bool has_function(const Ty& type);
/// Values that may depend on the packet: booleans and words, and lists, tuples and functions of them.
[[nodiscard]] bool may_be_dynamic(const Ty& type);
/// Any value of `from` may stand for one of `to`.
[[nodiscard]] bool fits(const Ty& from, const Ty& to);
[[nodiscard]] std::string text(const Ty& type); ///< as a program writes it

/// Substitution for the variables of one signature.
using Binding = std::vector<std::optional<Ty>>;
/// Binds the variables of `pattern` so that its values fit `goal`.
[[nodiscard]] bool match(const Ty& pattern, const Ty& goal, const std::vector<std::uint8_t>& kinds, Binding& binding);
[[nodiscard]] Ty substitute(const Ty& type, const Binding& binding);
/// Whether a variable with these kinds (lang::Kind) may be the type.
[[nodiscard]] bool allowed(const Ty& type, std::uint8_t kinds);

/// A name of the vocabulary or of the Prelude.
struct Signature {
    std::string name; ///< as generated programs write it: ">->", "ip", "P.filter"
    bool is_operator = false;
    bool prelude = false; ///< evaluated at compile time, except on numbers of the packet
    std::vector<Ty> parameters;
    Ty result;
    std::vector<std::uint8_t> kinds; ///< of its variables
};
/// Every name that programs can refer to, from the vocabulary's own text.
[[nodiscard]] const std::vector<Signature>& signatures();

} // namespace pfq::test
