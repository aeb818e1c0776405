#include "lang/diagnostics/json_writer.hpp"
#include "lang/diagnostics/render.hpp"
#include "lang/source/utf8.hpp"

namespace pfq::lang {

void append_json_string(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    while (!text.empty()) {
        const auto next = utf8::decode(text);
        if (!next) {
            out += "\xef\xbf\xbd";
            text.remove_prefix(1);
            continue;
        }
        const char c = text[0];
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (next->code_point < 0x20 || next->code_point == 0x7f)
            ((out += "\\u00") += digits[c >> 4]) += digits[c & 15];
        else
            out += text.substr(0, next->length);
        text.remove_prefix(next->length);
    }
    out += '"';
}

namespace {

void write_place(JsonWriter& json, Span span, const SourceSet& sources) {
    json.key("file");
    json.value(span.file < sources.size() ? sources[span.file].name() : std::string());
    json.key("span");
    json.open('{');
    json.key("begin");
    json.value(span.begin);
    json.key("end");
    json.value(span.end);
    if (span.file < sources.size()) {
        const auto begin = sources[span.file].position(span.begin);
        const auto end = sources[span.file].position(span.end);
        json.key("line");
        json.value(begin.line);
        json.key("column");
        json.value(begin.column);
        json.key("end_line");
        json.value(end.line);
        json.key("end_column");
        json.value(end.column);
    }
    json.close('}');
}

void write_labels(JsonWriter& json, const std::vector<Label>& labels, const SourceSet& sources) {
    json.key("labels");
    json.open('[');
    for (const Label& label : labels) {
        json.open('{');
        write_place(json, label.span, sources);
        json.key("text");
        json.value(label.text);
        json.close('}');
    }
    json.close(']');
}

void write_help(JsonWriter& json, const std::vector<Help>& help, const SourceSet& sources) {
    json.key("help");
    json.open('[');
    for (const Help& item : help) {
        json.open('{');
        json.key("text");
        json.value(item.text);
        if (item.edit) {
            json.key("edit");
            json.open('{');
            write_place(json, item.edit->span, sources);
            json.key("replacement");
            json.value(item.edit->replacement);
            json.close('}');
        }
        json.close('}');
    }
    json.close(']');
}

} // namespace

std::string render_json(const Diagnostic& diagnostic, const SourceSet& sources) {
    JsonWriter json;
    json.open('{');
    json.key("type");
    json.value("diagnostic");
    json.key("severity");
    json.value(diagnostic.severity == Severity::error ? "error" : "warning");
    json.key("code");
    json.value(info(diagnostic.code).name);
    json.key("message");
    json.value(diagnostic.message);
    write_place(json, diagnostic.primary.span, sources);
    json.key("label");
    json.value(diagnostic.primary.text);
    write_labels(json, diagnostic.secondary, sources);
    json.key("notes");
    json.open('[');
    for (const std::string& note : diagnostic.notes)
        json.value(note);
    json.close(']');
    write_help(json, diagnostic.help, sources);
    json.close('}');
    return json.take();
}

} // namespace pfq::lang
