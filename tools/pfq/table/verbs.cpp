#include "tools/pfq/table/verbs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/pfq/table/session.hpp"

namespace pfq::tools {
namespace {

using namespace engine::live;
using engine::NamedTable;
using engine::Result;
using Json = nlohmann::ordered_json;

std::unexpected<engine::Error> failure(std::string text) {
    return std::unexpected(engine::Error{std::move(text)});
}

std::string print(Json document) {
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// The entries of the command line.
Result<NamedTable> parse_words(const TableRequest& request, lang::TableKind kind) {
    std::string lines;
    for (const std::string& word : request.words)
        lines += word + "\n";
    auto table = NamedTable::parse(lines, kind, "entry");
    if (!table)
        return failure(table.error());
    return std::move(*table);
}

Result<std::string> list_tables(const TableRequest& request, const TableSession& session) {
    std::string text;
    Json tables = Json::array();
    for (const Table& table : session.state().tables) {
        const auto entries = open_entries(session.maps(), table);
        if (!entries)
            return std::unexpected(entries.error());
        const auto all = entries->list();
        if (!all)
            return std::unexpected(all.error());
        text += fmt::format("{:<24} {:<8} {:>10} entries\n", table.name, name(table.kind), all->size());
        tables.push_back({{"name", table.name}, {"kind", name(table.kind)}, {"entries", all->size()}});
    }
    return request.json ? print({{"type", "tables"}, {"version", 1}, {"tables", tables}}) : text;
}

Result<std::string> list_entries(const TableRequest& request, const Table& table, const TableEntries& entries) {
    const auto all = entries.list();
    if (!all)
        return std::unexpected(all.error());
    std::string text;
    Json list = Json::array();
    for (const TableEntry& entry : *all) {
        text += entry.seconds ? fmt::format("{} # ends in {:.1f} s\n", entry.text, *entry.seconds) : entry.text + "\n";
        list.push_back({{"entry", entry.text}, {"ends_in", entry.seconds ? Json(*entry.seconds) : Json(nullptr)}});
    }
    return request.json ? print({{"type", "table"},
                                 {"version", 1},
                                 {"name", table.name},
                                 {"kind", name(table.kind)},
                                 {"entries", list}})
                        : text;
}

Result<std::string> change(const TableRequest& request, const Table& table, TableEntries& entries) {
    const auto given = parse_words(request, table.kind);
    if (!given)
        return std::unexpected(given.error());
    const auto done = request.verb == "add" ? entries.add(*given, request.seconds) : entries.remove(*given);
    if (!done)
        return std::unexpected(done.error());
    return "";
}

/// The new entries are made before the old ones go. What is loaded is read without the lock: it may be much.
Result<std::string> load(const TableRequest& request) {
    auto session = TableSession::open();
    if (!session)
        return std::unexpected(session.error());
    const auto table = find_table(session->state(), request.name, request.kind);
    if (!table)
        return std::unexpected(table.error());
    session = failure("");
    const auto given = request.verb == "flush" ? parse_words({}, table->kind) : [&]() -> Result<NamedTable> {
        auto read = NamedTable::load(request.words.front(), table->kind);
        if (!read)
            return failure(read.error());
        return std::move(*read);
    }();
    if (!given)
        return std::unexpected(given.error());
    const auto map = create_table(*given);
    if (!map)
        return std::unexpected(map.error());
    session = TableSession::open();
    if (!session)
        return std::unexpected(session.error());
    const auto still = find_table(session->state(), request.name, table->kind);
    if (!still)
        return std::unexpected(still.error());
    if (const auto done = replace_entries(session->maps(), *still, map->get()); !done)
        return std::unexpected(done.error());
    return "";
}

} // namespace

Result<std::string> run_verb(const TableRequest& request) {
    if (request.verb == "load" || request.verb == "flush")
        return load(request);
    auto session = TableSession::open();
    if (!session)
        return std::unexpected(session.error());
    if (request.name.empty())
        return list_tables(request, *session);
    const auto table = find_table(session->state(), request.name, request.kind);
    if (!table)
        return std::unexpected(table.error());
    auto entries = open_entries(session->maps(), *table);
    if (!entries)
        return std::unexpected(entries.error());
    return request.verb == "list" ? list_entries(request, *table, *entries) : change(request, *table, *entries);
}

} // namespace pfq::tools
