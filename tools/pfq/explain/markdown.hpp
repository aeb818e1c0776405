// The little Markdown of the explanation pages as text for a terminal.
#pragma once
#include <string>
#include <string_view>

namespace pfq::tools {

/// Headings lose their marks and are underlined (bold when `color`), fenced code is indented by four columns, list
/// items hang, paragraphs are wrapped to `width` columns, back-quotes stay unless `color`.
[[nodiscard]] std::string markdown_to_text(std::string_view markdown, unsigned width, bool color);

} // namespace pfq::tools
