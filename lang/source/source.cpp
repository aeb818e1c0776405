#include "lang/source/source.hpp"

#include <algorithm>

namespace pfq::lang {

Span Span::to(Span other) const {
    if (file != other.file)
        return *this;
    return {std::min(begin, other.begin), std::max(end, other.end), file};
}

Source::Source(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
    line_starts_.push_back(0);
    for (std::uint32_t i = 0; i < text_.size(); ++i)
        if (text_[i] == '\n')
            line_starts_.push_back(i + 1);
}

Source::Position Source::position(std::uint32_t offset) const {
    offset = std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(text_.size()));
    auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    auto line = static_cast<std::uint32_t>(next - line_starts_.begin());
    std::uint32_t column = 1;
    for (std::uint32_t i = line_starts_[line - 1]; i < offset; ++i)
        if ((static_cast<unsigned char>(text_[i]) & 0xc0) != 0x80) // not a UTF-8 continuation byte
            ++column;
    return {line, column};
}

std::string_view Source::line(std::uint32_t number) const {
    if (number == 0 || number > line_starts_.size())
        return {};
    std::string_view rest = std::string_view(text_).substr(line_starts_[number - 1]);
    rest = rest.substr(0, rest.find('\n'));
    if (rest.ends_with('\r'))
        rest.remove_suffix(1);
    return rest;
}

std::uint32_t SourceSet::add(std::string name, std::string text) {
    sources_.emplace_back(std::move(name), std::move(text));
    return static_cast<std::uint32_t>(sources_.size() - 1);
}

} // namespace pfq::lang
