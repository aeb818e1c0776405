// The recursive-descent parser. Private to lang/syntax/parse_*.cpp and layout.cpp; users include parse.hpp.
//
// Layout is done on the fly: `peek` turns the place of a token into a virtual semicolon or a virtual closing brace when
// the innermost block says so. Haskell's parse-error(t) rule ("a block also ends where the next token would be an
// error") needs no extra work: the grammar is read greedily, so where an item of a block stops, the block stops, unless
// a semicolon follows.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "lang/syntax/limits.hpp"
#include "lang/syntax/parse.hpp"
#include "lang/syntax/scan.hpp"
#include "lang/syntax/token.hpp"

namespace pfq::lang {

struct DeclarationList; // group.hpp

class Parser {
public:
    Parser(const SourceSet& sources, std::uint32_t file, Lexed lexed, FixityTable fixities, Diagnostics& diagnostics);

    /// Operators of unknown fixity are no error: for the formatter, which does not know the imported modules.
    void be_lenient() { lenient_ = true; }
    /// These add their errors to the diagnostics; without errors the result is complete.
    Module module(const ImportedFixities& imported);
    Module program_of_expression();
    ExprPtr whole_expression();
    std::unique_ptr<TypeScheme> whole_type_scheme();

private:
    // --- tokens and layout (layout.cpp)
    struct Block {
        std::uint32_t column = 0; ///< 0: explicit braces
        bool guards = false;      ///< of `if |`: a line that starts in the block's column starts no new item
        unsigned brackets = 0;    ///< open ( and [ directly inside
        bool empty = false;       ///< its first token is not indented enough to be inside
    };
    /// Asked for anew each time: the imports may add texts to the set while this one is parsed.
    [[nodiscard]] std::string_view text() const { return sources_[file_].text(); }
    [[nodiscard]] const Token& raw() const { return tokens_[position_]; }
    [[nodiscard]] const Token& raw(std::size_t ahead) const;
    [[nodiscard]] Tok peek() const;
    [[nodiscard]] bool is(Tok kind) const { return peek() == kind; }
    [[nodiscard]] bool is_symbol(std::string_view text) const;
    [[nodiscard]] Name name_of(const Token& token) const { return {token.qualifier, token.text, token.span}; }
    [[nodiscard]] bool is_word(std::string_view text) const; ///< an unqualified variable, like `hiding`
    const Token& advance();
    bool accept(Tok kind);
    const Token& expect(Tok kind, std::string_view what);
    /// The closing bracket that belongs to `opening`.
    void close(Tok kind, std::string_view what, Span opening);
    /// `then`, `else`, `in` and `of` never start an item, so a separator before them is dropped.
    void skip_separator_before(Tok keyword);
    [[nodiscard]] Span here() const { return raw().span; }
    [[nodiscard]] Span since(std::uint32_t begin) const; ///< from `begin` to the end of the last token read
    [[nodiscard]] std::uint32_t begin_here() const { return raw().span.begin; }
    /// Calls `item` for each item of a block.
    template <class Item> void block(Item item);
    void open_block();
    bool next_item(); ///< skips separators; false at the end of the block
    bool after_item() const;
    void close_block();
    [[nodiscard]] bool ends_block(Tok kind) const;
    [[nodiscard]] std::uint32_t enclosing_column() const { return blocks_.empty() ? 0 : blocks_.back().column; }

    // --- errors (parse_error.cpp)
    [[noreturn]] void fail(Diagnostic d) const { throw d; }
    [[noreturn]] void fail(Code code, Span span, std::string message, std::string label, std::string help = {}) const;
    [[noreturn]] void unexpected(std::string_view expected) const;
    [[noreturn]] void unsupported(Span span, std::string what, std::string instead) const;
    [[noreturn]] void unsupported_keyword() const;
    [[nodiscard]] std::string describe(Tok kind) const;
    void add_hint(Diagnostic& d, Tok found) const;
    void report(Diagnostic d) { diagnostics_.push_back(std::move(d)); }
    [[nodiscard]] bool too_many_errors() const { return diagnostics_.size() - errors_before_ >= limits::max_errors; }
    void resynchronise(std::size_t start);

    /// Held by every function of a cycle of the grammar.
    class Nest {
    public:
        explicit Nest(Parser& parser);
        ~Nest() { --parser_.nesting_; }
        Nest(const Nest&) = delete;
        Nest& operator=(const Nest&) = delete;

    private:
        Parser& parser_;
    };

    // --- modules (parse_module.cpp, parse_import.cpp)
    void header(Module& module);
    std::vector<ImportItem> import_items(bool exports);
    ImportItem import_item(bool exports);
    Import import();
    Name module_name();
    void scan_fixities();
    void body(Module& module, const ImportedFixities& imported);
    void check_height(const Expr& expr);
    void check_heights(const Module& module);

    // --- declarations (parse_decl.cpp)
    void top_declaration(Module& module, DeclarationList& list);
    void declaration(DeclarationList& list);
    void signature(DeclarationList& list);
    FixityDecl fixity_declaration();
    TypeSynonym type_synonym();
    [[nodiscard]] bool at_signature() const;
    void equation(DeclarationList& list);
    /// `x op y`, `f p q`, `(x op y) p`: sets the name; or a pattern binding: sets the pattern.
    void left_side(Name& name, PatternPtr& pattern, std::vector<PatternPtr>& parameters);
    void infix_left_side(Name& name, std::vector<PatternPtr>& parameters);
    [[nodiscard]] bool at_infix_definition(std::size_t ahead) const;
    [[nodiscard]] bool at_bracketed_definition() const;
    RightSide right_side(Tok separator);
    std::vector<Binding> bindings(); ///< the block after let or where
    std::vector<Statement> guards(Tok separator);
    GuardedExpr guarded(Tok separator);
    [[nodiscard]] std::string documentation(std::uint32_t before) const;

    // --- expressions (parse_expr.cpp, parse_block.cpp, parse_list.cpp)
    ExprPtr expression(); ///< with an optional `:: type`
    ExprPtr operators();  ///< without
    /// As operators(), but may be a section when it ends at `)`: then `section` names the operator.
    ExprPtr operators_or_section(Name* section);
    ExprPtr operand();
    ExprPtr application();
    ExprPtr atom();
    [[nodiscard]] bool starts_atom(Tok kind) const;
    [[nodiscard]] bool at_operator() const;
    Name operator_name();
    Name variable_name(std::string_view what); ///< a variable or an operator in brackets, unqualified
    ExprPtr bracketed();
    ExprPtr right_section(Span opening);
    ExprPtr tuple(Span opening, ExprPtr first);
    ExprPtr lambda();
    ExprPtr let();
    ExprPtr conditional();
    ExprPtr multi_conditional(std::uint32_t begin);
    ExprPtr case_of();
    CaseAlternative alternative();
    ExprPtr do_block();
    Statement statement(bool annotated);
    [[nodiscard]] bool at_bind() const;
    ExprPtr list();
    ExprPtr comprehension(Span opening, ExprPtr result);
    ExprPtr endless_range(Span opening, std::vector<ListElement> before, ExprPtr last);
    void check_range(const Range& range, Span span) const;

    // --- patterns (parse_pattern.cpp)
    PatternPtr pattern();
    PatternPtr applied_pattern();
    PatternPtr atom_pattern();
    PatternPtr bracketed_pattern();
    PatternPtr list_pattern();
    [[nodiscard]] bool starts_pattern(Tok kind) const;

    // --- types (parse_type.cpp)
    std::unique_ptr<TypeScheme> type_scheme();
    TypePtr type();
    TypePtr applied_type();
    TypePtr atom_type();
    std::vector<TypeConstraint> context_of(TypePtr type);
    TypeConstraint constraint_of(TypePtr type);

    std::vector<Token> tokens_;
    std::vector<Comment> comments_;
    const SourceSet& sources_;
    std::uint32_t file_;
    std::size_t position_ = 0;
    bool placed_ = false; ///< the layout of the current token is dealt with
    std::vector<Block> blocks_;
    unsigned nesting_ = 0;
    unsigned conditionals_ = 0; ///< `if` around the current place
    bool lenient_ = false;
    FixityTable fixities_;
    Diagnostics& diagnostics_;
    std::size_t errors_before_;
};

template <class T> ExprPtr make_expr(T node, Span span) {
    return std::make_unique<Expr>(std::move(node), span);
}
template <class T> PatternPtr make_pattern(T node, Span span) {
    return std::make_unique<Pattern>(std::move(node), span);
}
template <class T> TypePtr make_type(T node, Span span) {
    return std::make_unique<TypeExpr>(std::move(node), span);
}

[[nodiscard]] inline bool is_fixity_keyword(Tok kind) {
    return kind == Tok::kw_infix || kind == Tok::kw_infixl || kind == Tok::kw_infixr;
}

template <class Item> void Parser::block(Item item) {
    open_block();
    while (next_item()) {
        item();
        if (!after_item())
            break;
    }
    close_block();
}

} // namespace pfq::lang
