#include "lang/syntax/print.hpp"

#include "lang/syntax/literal_text.hpp"
#include "lang/syntax/type_text.hpp"

namespace pfq::lang {

namespace {

class Printer {
public:
    std::string out;

    void module(const Module& module) {
        line("module " + module.name.text);
        Indent indent(*this);
        if (module.exports)
            names("exports", *module.exports);
        for (const Import& item : module.imports)
            import(item);
        for (const FixityDecl& fixity : module.fixities)
            this->fixity(fixity);
        for (const TypeSynonym& synonym : module.synonyms)
            type_synonym(synonym);
        for (const Binding& binding : module.bindings)
            this->binding(binding);
    }

    void expr(const Expr& expr) {
        std::visit([&](const auto& node) { this->node(node); }, expr.node);
    }

private:
    struct Indent {
        explicit Indent(Printer& owner) : printer(owner) { ++printer.level_; }
        ~Indent() { --printer.level_; }
        Indent(const Indent&) = delete;
        Indent& operator=(const Indent&) = delete;
        Printer& printer;
    };

    void line(const std::string& text) { out += std::string(2 * level_, ' ') + text + "\n"; }

    static std::string text(const Name& name) {
        return name.qualifier.empty() ? name.text : name.qualifier + "." + name.text;
    }

    void names(const std::string& title, const std::vector<ImportItem>& items) {
        std::string all = title;
        for (const ImportItem& item : items)
            all += " " + item.name;
        line(all);
    }

    void import(const Import& import) {
        line("import " + import.module.text + (import.qualified ? " qualified" : "") +
             (import.alias.empty() ? "" : " as " + import.alias));
        Indent indent(*this);
        if (import.items)
            names(import.hiding ? "hiding" : "names", *import.items);
    }

    void fixity(const FixityDecl& decl) {
        std::string all = fixity_text(decl.fixity);
        for (const Name& op : decl.operators)
            all += " " + op.text;
        line(all);
    }

    void type_synonym(const TypeSynonym& synonym) {
        std::string all = "type " + synonym.name.text;
        for (const std::string& parameter : synonym.parameters)
            all += " " + parameter;
        line(all + " = " + type_text(*synonym.type));
    }

    void binding(const Binding& binding) {
        line(binding.pattern ? "pattern binding" : "binding " + binding.name.text);
        Indent indent(*this);
        if (binding.signature)
            line(":: " + type_text(*binding.signature));
        if (binding.pattern)
            pattern(*binding.pattern);
        for (const Clause& clause : binding.clauses) {
            line("clause");
            Indent inner(*this);
            for (const PatternPtr& parameter : clause.parameters)
                pattern(*parameter);
            right_side(clause.right);
        }
    }

    void right_side(const RightSide& right) {
        for (const GuardedExpr& guarded : right.guarded)
            this->guarded(guarded);
        if (right.where.empty())
            return;
        line("where");
        Indent indent(*this);
        for (const Binding& binding : right.where)
            this->binding(binding);
    }

    void guarded(const GuardedExpr& guarded) {
        if (guarded.guards.empty()) {
            expr(*guarded.body);
            return;
        }
        line("guarded");
        Indent indent(*this);
        for (const Statement& guard : guarded.guards)
            statement(guard);
        line("then");
        Indent inner(*this);
        expr(*guarded.body);
    }

    void statement(const Statement& statement) {
        if (statement.kind == Statement::Kind::expression) {
            expr(*statement.expr);
            return;
        }
        line(statement.kind == Statement::Kind::let ? "let" : "bind");
        Indent indent(*this);
        for (const Binding& binding : statement.bindings)
            this->binding(binding);
        if (statement.pattern)
            pattern(*statement.pattern);
        if (statement.expr)
            expr(*statement.expr);
    }

    void pattern(const Pattern& pattern) { line("pattern " + pattern_text(pattern)); }

    void below(const ExprPtr& child) {
        Indent indent(*this);
        expr(*child);
    }

    void node(const Var& node) { line("var " + text(node.name)); }
    void node(const IntLit& node) { line("int " + std::to_string(node.value)); }
    void node(const CharLit& node) { line("char " + char_text(node.value)); }
    void node(const StringLit& node) { line("string " + string_text(node.value)); }
    void node(const Apply& node) {
        line("apply");
        below(node.function);
        below(node.argument);
    }
    void node(const Infix& node) {
        line("infix " + text(node.op));
        below(node.left);
        below(node.right);
    }
    void node(const Negate& node) {
        line("negate");
        below(node.operand);
    }
    void node(const Lambda& node) {
        line("lambda");
        Indent indent(*this);
        for (const PatternPtr& parameter : node.parameters)
            pattern(*parameter);
        expr(*node.body);
    }
    void node(const Let& node) {
        line("let");
        Indent indent(*this);
        for (const Binding& binding : node.bindings)
            this->binding(binding);
        line("in");
        below(node.body);
    }
    void node(const If& node) {
        line("if");
        below(node.condition);
        below(node.then_branch);
        below(node.else_branch);
    }
    void node(const MultiIf& node) {
        line("multiway if");
        Indent indent(*this);
        for (const GuardedExpr& guarded : node.guarded)
            this->guarded(guarded);
    }
    void node(const Case& node) {
        line("case");
        below(node.scrutinee);
        Indent indent(*this);
        for (const CaseAlternative& alternative : node.alternatives) {
            line("alternative");
            Indent inner(*this);
            pattern(*alternative.pattern);
            right_side(alternative.right);
        }
    }
    void node(const Do& node) {
        line("do");
        Indent indent(*this);
        for (const Statement& statement : node.statements)
            this->statement(statement);
    }
    void node(const Tuple& node) {
        line(node.items.empty() ? "unit" : "tuple");
        for (const ExprPtr& item : node.items)
            below(item);
    }
    void node(const List& node) {
        line("list");
        Indent indent(*this);
        for (const ListElement& element : node.elements) {
            if (!element.last) {
                expr(*element.first);
                continue;
            }
            line("from to");
            below(element.first);
            below(element.last);
        }
    }
    void node(const Range& node) {
        line(std::string("range") + (node.next ? " from next" : " from") + (node.last ? " to" : ""));
        below(node.first);
        if (node.next)
            below(node.next);
        if (node.last)
            below(node.last);
    }
    void node(const Comprehension& node) {
        line("comprehension");
        below(node.result);
        Indent indent(*this);
        for (const Statement& qualifier : node.qualifiers)
            statement(qualifier);
    }
    void node(const LeftSection& node) {
        line("left section " + text(node.op));
        below(node.left);
    }
    void node(const RightSection& node) {
        line("right section " + text(node.op));
        below(node.right);
    }
    void node(const Typed& node) {
        line("typed :: " + type_text(*node.type));
        below(node.expr);
    }
    void node(const Paren& node) {
        line("brackets");
        below(node.inner);
    }

    unsigned level_ = 0;
};

} // namespace

std::string print_tree(const Module& module) {
    Printer printer;
    printer.module(module);
    return std::move(printer.out);
}

std::string print_tree(const Expr& expr) {
    Printer printer;
    printer.expr(expr);
    return std::move(printer.out);
}

} // namespace pfq::lang
