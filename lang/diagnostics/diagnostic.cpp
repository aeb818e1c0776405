#include "lang/diagnostics/diagnostic.hpp"

#include <algorithm>
#include <cctype>

#include "embed/explanations.hpp"

namespace pfq::lang {

namespace {

struct Row {
    unsigned number;
    Code code;
    std::string_view title;
};

constexpr Row rows[] = {
#define PFQ_CODE(number, name, title) {number, Code::name, title},
#include "lang/diagnostics/codes.def"
#undef PFQ_CODE
};

/// "E0201" for every row, in its order; the views in CodeInfo point here.
const std::vector<std::string>& names() {
    static const std::vector<std::string> table = [] {
        std::vector<std::string> result;
        for (const Row& row : rows) {
            std::string digits = std::to_string(row.number);
            result.push_back("E" + std::string(4 - std::min<std::size_t>(digits.size(), 4), '0') + digits);
        }
        return result;
    }();
    return table;
}

} // namespace

const std::vector<CodeInfo>& all_codes() {
    static const std::vector<CodeInfo> table = [] {
        std::vector<CodeInfo> result;
        for (std::size_t i = 0; i < std::size(rows); ++i)
            result.push_back({rows[i].code, names()[i], rows[i].title});
        return result;
    }();
    return table;
}

const CodeInfo& info(Code code) {
    return *std::ranges::find(all_codes(), code, &CodeInfo::code);
}

std::optional<Code> find_code(std::string_view text) {
    if (!text.empty() && (text[0] == 'E' || text[0] == 'e'))
        text.remove_prefix(1);
    constexpr std::size_t most_digits = 4;
    if (text.empty() || text.size() > most_digits ||
        !std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); }))
        return std::nullopt;
    unsigned number = 0;
    for (char c : text)
        number = number * 10 + static_cast<unsigned>(c - '0');
    auto row = std::ranges::find(rows, number, &Row::number);
    return row == std::end(rows) ? std::nullopt : std::optional(row->code);
}

std::string_view explanation(Code code) {
    return embedded::explanations(std::string(info(code).name) + ".md");
}

} // namespace pfq::lang
