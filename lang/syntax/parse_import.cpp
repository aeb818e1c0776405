// Imports and lists of exported and imported names.
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

Name Parser::module_name() {
    if (!is(Tok::constructor))
        unexpected("the name of a module");
    const Token& token = advance();
    return {"", token.qualifier.empty() ? token.text : token.qualifier + "." + token.text, token.span};
}

Import Parser::import() {
    const std::uint32_t begin = begin_here();
    Import node;
    advance();
    if (is(Tok::string) || is_word("safe"))
        unsupported(here(), "imports from packages", "name the module alone: `import Lib.Filter`");
    if (is_word("qualified")) {
        advance();
        node.qualified = true;
    }
    node.module = module_name();
    if (is_word("qualified")) { // Haskell has both orders
        advance();
        node.qualified = true;
    }
    if (is_word("as")) {
        advance();
        node.alias = module_name().text;
    }
    if (is_word("hiding")) {
        advance();
        node.hiding = true;
        if (!is(Tok::open_paren))
            unexpected("the names to hide, in brackets");
    }
    if (is(Tok::open_paren))
        node.items = import_items(false);
    node.span = since(begin);
    return node;
}

std::vector<ImportItem> Parser::import_items(bool exports) {
    const Span opening = advance().span;
    std::vector<ImportItem> items;
    while (!is(Tok::close_paren)) {
        items.push_back(import_item(exports));
        if (!accept(Tok::comma))
            break;
    }
    close(Tok::close_paren, "`,` or `)`", opening);
    return items;
}

ImportItem Parser::import_item(bool exports) {
    if (is(Tok::kw_module))
        unsupported(here(), "exports of whole modules", "list the names");
    if (is(Tok::kw_type))
        advance();
    if (!is(Tok::constructor)) {
        Name name = variable_name(exports ? "a name to export" : "a name to import");
        return {std::move(name.text), name.span};
    }
    if (!raw().qualifier.empty())
        fail(Code::syntax_error, here(), "name with a qualifier in a list of names", "write it without");
    const Token& token = advance();
    if (is(Tok::open_paren)) { // CIDR (..): the type with its constructors, which have its name here
        const Span opening = advance().span;
        if (!is(Tok::dot_dot))
            unsupported(here(), "lists of constructors", "write `" + token.text + "` or `" + token.text + " (..)`");
        advance();
        close(Tok::close_paren, "`)`", opening);
    }
    return {token.text, token.span};
}

} // namespace pfq::lang
