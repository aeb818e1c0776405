// Just enough JSON to write a diagnostic.
#pragma once
#include <string>
#include <string_view>

namespace pfq::lang {

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// Objects and arrays with their commas.
class JsonWriter {
public:
    void open(char bracket) {
        separate();
        out_ += bracket;
        fresh_ = true;
    }
    void close(char bracket) {
        out_ += bracket;
        fresh_ = false;
    }
    void key(std::string_view name) {
        separate();
        append_json_string(out_, name);
        out_ += ':';
        fresh_ = true;
    }
    void value(std::string_view text) {
        separate();
        append_json_string(out_, text);
    }
    void value(std::uint32_t number) {
        separate();
        out_ += std::to_string(number);
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    void separate() {
        if (!fresh_)
            out_ += ',';
        fresh_ = false;
    }
    std::string out_;
    bool fresh_ = true; ///< nothing before it in its bracket
};

} // namespace pfq::lang
