// Modules: header, imports, top-level declarations; and the whole texts that parse.hpp offers.
#include "lang/syntax/group.hpp"
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

Parser::Parser(const SourceSet& sources, std::uint32_t file, Lexed lexed, FixityTable fixities,
               Diagnostics& diagnostics)
    : tokens_(std::move(lexed.tokens)), comments_(std::move(lexed.comments)), sources_(sources), file_(file),
      fixities_(std::move(fixities)), diagnostics_(diagnostics), errors_before_(diagnostics.size()) {}

Module Parser::module(const ImportedFixities& imported) {
    Module module;
    module.file = here().file;
    module.name = {"", "Main", {0, 0, module.file}};
    try {
        if (is(Tok::kw_module))
            header(module);
    } catch (Diagnostic& d) {
        report(std::move(d));
        return module;
    }
    if (!is(Tok::end))
        body(module, imported);
    return module;
}

void Parser::header(Module& module) {
    advance();
    module.has_header = true;
    module.name = module_name();
    if (is(Tok::open_paren))
        module.exports = import_items(true);
    expect(Tok::kw_where, "`where`");
}

void Parser::body(Module& module, const ImportedFixities& imported) {
    open_block();
    DeclarationList list;
    bool in_imports = true;
    auto item = [&] {
        if (is(Tok::virtual_close))
            fail(Code::bad_layout, here(), "declaration to the left of the first one", "starts too far to the left",
                 "all declarations of a module start in the same column");
        if (is(Tok::kw_import)) {
            if (!in_imports)
                fail(Code::syntax_error, here(), "import after a declaration", "too late",
                     "all imports stand before the first declaration");
            module.imports.push_back(import());
        } else {
            if (in_imports && imported)
                for (auto& [op, fixity] : imported(module.imports))
                    fixities_[op] = fixity;
            if (in_imports)
                scan_fixities();
            in_imports = false;
            top_declaration(module, list);
        }
        const Tok next = peek();
        if (next != Tok::semicolon && next != Tok::virtual_semicolon && next != Tok::virtual_close &&
            next != Tok::end && next != Tok::close_brace)
            unexpected("an operator or the end of the declaration");
    };
    while (!too_many_errors()) {
        while (is(Tok::semicolon) || is(Tok::virtual_semicolon))
            next_item();
        if (raw().kind == Tok::end || is(Tok::close_brace))
            break;
        const std::size_t start = position_;
        try {
            item();
        } catch (Diagnostic& d) {
            report(std::move(d));
            resynchronise(start);
        }
    }
    if (is(Tok::close_brace)) // balanced, so it belongs to the opening brace of the module
        advance();
    if (diagnostics_.size() > errors_before_)
        return;
    module.bindings = group(std::move(list), diagnostics_);
    check_heights(module);
}

/// Fixities hold in the whole module, before their declarations too.
void Parser::scan_fixities() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
        const Tok keyword = tokens_[i].kind;
        if (!is_fixity_keyword(keyword))
            continue;
        Fixity fixity{9, keyword == Tok::kw_infixl   ? Associativity::left
                         : keyword == Tok::kw_infixr ? Associativity::right
                                                     : Associativity::none};
        ++i;
        if (tokens_[i].kind == Tok::integer)
            fixity.precedence = static_cast<int>(std::min<std::uint64_t>(tokens_[i++].value, 9));
        for (; i < tokens_.size(); ++i) {
            const Tok kind = tokens_[i].kind;
            if (kind == Tok::symbol ||
                ((kind == Tok::variable || kind == Tok::constructor) && tokens_[i - 1].kind == Tok::backquote))
                fixities_[tokens_[i].text] = fixity;
            else if (kind != Tok::comma && kind != Tok::backquote)
                break;
        }
        --i;
    }
}

Module Parser::program_of_expression() {
    Module module;
    module.file = here().file;
    module.name = {"", "Main", {0, 0, module.file}};
    ExprPtr body = whole_expression();
    if (!body)
        return module;
    Binding& binding = module.bindings.emplace_back();
    binding.name = {"", "main", body->span};
    binding.span = body->span;
    Clause& clause = binding.clauses.emplace_back();
    clause.span = clause.right.span = body->span;
    GuardedExpr& plain = clause.right.guarded.emplace_back();
    plain.span = body->span;
    plain.body = std::move(body);
    return module;
}

ExprPtr Parser::whole_expression() {
    try {
        ExprPtr expr = expression();
        if (!is(Tok::end))
            unexpected("an operator or the end of the program");
        check_height(*expr);
        return expr;
    } catch (Diagnostic& d) {
        report(std::move(d));
        return nullptr;
    }
}

std::unique_ptr<TypeScheme> Parser::whole_type_scheme() {
    try {
        auto scheme = type_scheme();
        if (!is(Tok::end))
            unexpected("the end of the type");
        return scheme;
    } catch (Diagnostic& d) {
        report(std::move(d));
        return nullptr;
    }
}

} // namespace pfq::lang
