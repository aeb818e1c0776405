// Types during inference: a store of terms with unification variables (Hindley-Milner, algorithm J), and a few
// kinds of variables that only some types can stand for - what classes are in Haskell.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pfq::lang {

using TypeId = std::uint32_t;

enum class Con : std::uint8_t {
    boolean,
    word8,
    word16,
    word32,
    word64,
    integer,
    character,
    string,
    ipv4,
    ipv6,
    cidr,
    mac,
    packet,
    action, ///< Action a
    list,   ///< [a]
    tuple,  ///< (a, b, ..); without items: ()
    arrow,  ///< a -> b
    rigid,  ///< a variable of a signature: like no other type
};

/// What a type variable may become; all bits of a variable hold together.
enum Kind : std::uint8_t {
    any_kind = 0,
    numeric = 1,   ///< Num: Word8 .. Word64, Int
    textual = 2,   ///< IsString: String, IPv4, IPv6, CIDR, Mac
    logical = 4,   ///< Bool, or Packet -> logical: what .&&. and `not` combine
    quantity = 8,  ///< numeric, Mac, IPv4, or Packet -> Word64: what .< and .+ work on
    sequence = 16, ///< lists and strings: ++
};

struct Type {
    enum class Tag : std::uint8_t { con, var, link } tag;
    Con con = Con::boolean;
    std::uint8_t kinds = 0;  ///< var, rigid
    std::uint32_t depth = 0; ///< var: the let-depth where it was made; rigid: its number
    TypeId link = 0;
    std::vector<TypeId> arguments; ///< con
};

/// Why two types could not be made equal.
enum class Mismatch { none, different, infinite, kind };

/// Thrown when types grow beyond max_types, which they can do exponentially; inference turns it into E0505.
struct TooManyTypes {};
inline constexpr std::size_t max_types = 1U << 20;

class TypeStore {
public:
    TypeId variable(std::uint8_t kinds = any_kind);
    TypeId con(Con con, std::vector<TypeId> arguments = {});
    TypeId arrow(TypeId from, TypeId to) { return con(Con::arrow, {from, to}); }
    TypeId list(TypeId item) { return con(Con::list, {item}); }
    TypeId rigid(std::uint8_t kinds, std::uint32_t number);
    TypeId boolean() { return con(Con::boolean); }
    TypeId word64() { return con(Con::word64); }
    TypeId packet() { return con(Con::packet); }
    TypeId predicate() { return arrow(packet(), boolean()); }
    TypeId property() { return arrow(packet(), word64()); }
    TypeId function() { return arrow(packet(), con(Con::action, {packet()})); }

    [[nodiscard]] TypeId find(TypeId id) const;
    [[nodiscard]] const Type& operator[](TypeId id) const { return types_[find(id)]; }
    [[nodiscard]] bool is(TypeId id, Con con) const;

    Mismatch unify(TypeId a, TypeId b);
    /// Restricts a type to `kinds`; different when it cannot be.
    Mismatch restrict_to(TypeId id, std::uint8_t kinds);

    /// A type with variables that stand for any type each time it is used.
    struct Scheme {
        std::vector<TypeId> variables;
        TypeId type;
    };
    Scheme generalise(TypeId type, std::uint32_t depth);
    TypeId instantiate(const Scheme& scheme);

    [[nodiscard]] std::string print(TypeId id) const;
    [[nodiscard]] std::string print_scheme(TypeId id) const; ///< with a context: "Num a => a -> a"

    std::uint32_t depth = 0; ///< let-depth of variables made now

private:
    TypeId add(Type type);
    Mismatch bind(TypeId variable, TypeId type);
    bool occurs(TypeId variable, TypeId type, std::uint32_t depth);
    void collect(TypeId type, std::uint32_t depth, std::vector<TypeId>& variables) const;
    TypeId copy(TypeId type, const std::vector<TypeId>& from, const std::vector<TypeId>& to);
    struct Printer;

    mutable std::vector<Type> types_;
};

/// Inclusive range of the literals that a numeric type holds; nothing for other types. As decimal texts for messages.
struct LiteralRange {
    bool negative_allowed;
    std::uint64_t low_magnitude; ///< of the lowest (negative) value
    std::uint64_t high;
};
[[nodiscard]] std::optional<LiteralRange> literal_range(Con con);

} // namespace pfq::lang
