// Fixities of operators, and operator sequences -> trees.
#pragma once
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/syntax/ast.hpp"

namespace pfq::lang {

/// Operator as written, with its qualifier ("L.>->") or without; functions in backquotes without these ("elem").
using FixityTable = std::map<std::string, Fixity, std::less<>>;

/// The fixities of the vocabulary. Haskell's, and between them the operators on properties and predicates:
///
///     infixr 9  .
///     infixl 8  .<<  .>>  .*  ./  .%
///     infixl 7  *  `div`  `mod`  `quot`  `rem`  .+  .-
///     infixl 6  +  -  .|.  .&
///     infixr 5  :  ++
///     infix  5  .<  .<=  .==  ./=  .>  .>=  <.  <=.  ==.  /=.  >.  >=.
///     infix  4  ==  /=  <  <=  >  >=  `elem`  `notElem`
///     infixl 4  .&&.
///     infixl 3  .^^.
///     infixr 3  &&
///     infixl 2  .||.
///     infixr 2  ||
///     infixl 1  >>  >>=  >->
///     infixr 0  $
///
/// The logical operators keep their order of PFQ 6 (.||. below .^^. below .&&.), but comparisons bind tighter than
/// they do, so `ip_ttl .< 5 .||. is_tcp` needs no brackets; with the brackets that PFQ 6 needed it means the same.
[[nodiscard]] const FixityTable& default_fixities();

/// The fixity of `op`: qualified text first, then the bare one, else infixl 9.
[[nodiscard]] Fixity find_fixity(const FixityTable& table, const Name& op);

/// `- a + b * c` as it is written: operands, operators and signs in textual order.
struct Sign {
    Span span;
};
using InfixItem = std::variant<ExprPtr, Name, Sign>;

/// The tree of a sequence, by the rules of Haskell 2010, section 10.6. The sequence must be well-formed: operands with
/// one operator between them, signs only before operands. Throws Diagnostic (fixity_conflict), unless `lenient`: then
/// conflicting operators group to the left.
[[nodiscard]] ExprPtr resolve_infix(std::vector<InfixItem> items, const FixityTable& table, bool lenient);

/// Whether the section `(op operand)` or `(operand op)` means what its brackets say. Throws Diagnostic if not.
void check_section(const Expr& operand, const Name& op, bool operand_is_left, const FixityTable& table);

} // namespace pfq::lang
