// One declarative table per command: the parser, --help, the manual page and the shell completion all read it.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pfq::tools {

/// What an option or a positional argument takes. Made by the functions below.
struct Value {
    enum class Kind {
        flag, ///< takes no value
        text,
        file,   ///< a path, or "-"
        device, ///< a network interface
        number, ///< decimal or 0x, minimum to maximum
        size,   ///< bytes; suffixes k, M, G are powers of 1024
        choice, ///< one of `choices`
    };
    Kind kind = Kind::flag;
    std::string_view name = {}; ///< how help prints it: "FILE"
    std::uint64_t minimum = 0;
    std::uint64_t maximum = ~std::uint64_t{0};
    std::vector<std::string_view> choices = {};
};
[[nodiscard]] Value text(std::string_view name);
[[nodiscard]] Value file(std::string_view name);
[[nodiscard]] Value device(std::string_view name);
[[nodiscard]] Value number(std::string_view name, std::uint64_t minimum, std::uint64_t maximum);
[[nodiscard]] Value size(std::string_view name, std::uint64_t minimum, std::uint64_t maximum);
[[nodiscard]] Value choice(std::string_view name, std::vector<std::string_view> choices);

/// All views refer to string literals.
struct Option {
    std::string_view name;                ///< without the dashes
    char letter = 0;                      ///< 0: no short form
    Value value = {};                     ///< default: a flag
    bool repeatable = false;              ///< otherwise a second value is a usage error (flags may repeat)
    std::string_view section = "Options"; ///< heading in help; sections appear in the order of first use
    std::string_view help = {};           ///< lower case, no final full stop
};

struct Positional {
    Value value;
    bool optional = false;
    bool repeatable = false; ///< only the last
    std::string_view help = {};
};

struct Example {
    std::string_view command; ///< as typed
    std::string_view help;    ///< what it does
};

struct Command {
    std::string_view name;    ///< "run"
    std::string_view summary; ///< one line, lower case
    std::vector<Positional> positionals = {};
    std::vector<Option> options = {};
    std::string_view description = {}; ///< paragraphs, separated by empty lines
    std::vector<Example> examples = {};
};

/// The options of the command, followed by those that all commands have (--color, --help).
[[nodiscard]] std::vector<const Option*> options_of(const Command& command);

/// One option or positional argument of a command line.
struct Occurrence {
    const Option* option = nullptr; ///< null: positional
    std::string text = {};          ///< the value as typed; empty for flags
    std::uint64_t number = 0;       ///< of number and size
};

/// A parsed command line. Look-ups are by long name; the name must be in the command's table.
class Arguments {
public:
    explicit Arguments(const Command& command) : command_(&command) {}

    [[nodiscard]] bool has(std::string_view name) const;
    /// The last value; none when the option was not given.
    [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const;
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name) const;
    /// All values, in order.
    [[nodiscard]] std::vector<std::string_view> values(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> positionals() const;
    /// Everything in the order of the command line, for options that apply to the one before (--group).
    [[nodiscard]] const std::vector<Occurrence>& occurrences() const { return occurrences_; }
    /// True when --help was found: parsing stopped there and nothing was required.
    [[nodiscard]] bool wants_help() const { return wants_help_; }

    void add(Occurrence occurrence) { occurrences_.push_back(std::move(occurrence)); }
    void set_wants_help() { wants_help_ = true; }

private:
    [[nodiscard]] const Occurrence* last(std::string_view name) const;

    const Command* command_;
    std::vector<Occurrence> occurrences_;
    bool wants_help_ = false;
};

/// GNU style: --name=value, --name value, -nvalue, -n value, clusters of flags (-qj), "--" ends the options; options
/// and positional arguments may be mixed. `args` starts after the command's name. The error is one line that says what
/// to do.
[[nodiscard]] std::expected<Arguments, std::string> parse(const Command& command, std::span<const char* const> args);

/// Parses a value as the table says; the error is lower case and names neither option nor command.
[[nodiscard]] std::expected<std::uint64_t, std::string> parse_number(const Value& value, std::string_view text);

} // namespace pfq::tools
