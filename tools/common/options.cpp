#include "tools/common/options.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lang/diagnostics/suggest.hpp"

namespace pfq::tools {
namespace {

const std::vector<Option>& general_options() {
    static const std::vector<Option> options = {
        {.name = "color",
         .value = choice("WHEN", {"auto", "always", "never"}),
         .repeatable = true,
         .section = "General",
         .help = "color the output: auto (on a terminal), always or never"},
        {.name = "help", .letter = 'h', .section = "General", .help = "print this text and exit"},
    };
    return options;
}

/// The state of one parse. Methods return an error text, empty when all is well.
class Parser {
public:
    Parser(const Command& command, std::span<const char* const> args)
        : command_(command), options_(options_of(command)), args_(args), result_(command) {}

    std::expected<Arguments, std::string> run() {
        while (next_ < args_.size() && !result_.wants_help())
            if (std::string error = one(args_[next_++]); !error.empty())
                return std::unexpected(std::move(error));
        if (!result_.wants_help())
            if (std::string error = check_positionals(); !error.empty())
                return std::unexpected(std::move(error));
        return std::move(result_);
    }

private:
    std::string one(std::string_view arg) {
        if (only_positionals_ || arg == "-" || !arg.starts_with('-'))
            return positional(arg);
        if (arg == "--") {
            only_positionals_ = true;
            return {};
        }
        return arg.starts_with("--") ? long_option(arg.substr(2)) : short_options(arg.substr(1));
    }

    std::string positional(std::string_view arg) {
        result_.add({.option = nullptr, .text = std::string(arg)});
        ++positionals_;
        return {};
    }

    std::string long_option(std::string_view arg) {
        const std::size_t equals = arg.find('=');
        const std::string_view name = arg.substr(0, equals);
        auto found = std::ranges::find(options_, name, [](const Option* o) { return o->name; });
        if (found == options_.end())
            return unknown_option(name);
        const std::string shown = fmt::format("--{}", name);
        if (equals == std::string_view::npos)
            return take(**found, shown, nullptr);
        if ((*found)->value.kind == Value::Kind::flag)
            return fmt::format("option '{}' takes no value", shown);
        const std::string_view value = arg.substr(equals + 1);
        return take(**found, shown, &value);
    }

    std::string short_options(std::string_view letters) {
        while (!letters.empty() && !result_.wants_help()) {
            const char letter = letters.front();
            letters.remove_prefix(1);
            auto found = std::ranges::find(options_, letter, [](const Option* o) { return o->letter; });
            if (found == options_.end())
                return fmt::format("unknown option '-{}', see 'pfq {} --help'", letter, command_.name);
            const bool flag = (*found)->value.kind == Value::Kind::flag;
            const bool attached = !flag && !letters.empty();
            const std::string shown = fmt::format("-{}", letter);
            if (std::string error = take(**found, shown, attached ? &letters : nullptr); !error.empty())
                return error;
            if (!flag)
                break;
        }
        return {};
    }

    /// `value` is the one that is part of the same argument, if any.
    std::string take(const Option& option, const std::string& shown, const std::string_view* value) {
        if (option.name == "help") {
            result_.set_wants_help();
            return {};
        }
        Occurrence occurrence{.option = &option};
        if (option.value.kind != Value::Kind::flag) {
            if (!value && next_ == args_.size())
                return fmt::format("option '{}' needs a value {}", shown, option.value.name);
            occurrence.text = value ? *value : args_[next_++];
            if (!option.repeatable && result_.has(option.name))
                return fmt::format("option '{}' is given twice", shown);
            auto parsed = parse_number(option.value, occurrence.text);
            if (!parsed)
                return fmt::format("option '{}': {}", shown, parsed.error());
            occurrence.number = *parsed;
        }
        result_.add(std::move(occurrence));
        return {};
    }

    std::string unknown_option(std::string_view name) const {
        std::vector<std::string> names;
        for (const Option* option : options_)
            names.emplace_back(option->name);
        if (auto near = lang::suggest(name, names))
            return fmt::format("unknown option '--{}', did you mean '--{}'?", name, *near);
        return fmt::format("unknown option '--{}', see 'pfq {} --help'", name, command_.name);
    }

    std::string check_positionals() const {
        const auto& table = command_.positionals;
        if (positionals_ > table.size() && (table.empty() || !table.back().repeatable))
            return fmt::format("unexpected argument '{}'", result_.positionals()[table.size()]);
        for (std::size_t i = positionals_; i < table.size(); ++i)
            if (!table[i].optional)
                return fmt::format("missing argument {}, see 'pfq {} --help'", table[i].value.name, command_.name);
        return {};
    }

    const Command& command_;
    std::vector<const Option*> options_;
    std::span<const char* const> args_;
    Arguments result_;
    std::size_t next_ = 0;
    std::size_t positionals_ = 0;
    bool only_positionals_ = false;
};

/// The power of two of a size suffix, taking it off the text; 0 when there is none.
unsigned take_suffix(std::string_view& text) {
    static constexpr std::string_view suffixes = "kKmMgG";
    const std::size_t at = text.empty() ? std::string_view::npos : suffixes.find(text.back());
    if (at == std::string_view::npos)
        return 0;
    text.remove_suffix(1);
    return static_cast<unsigned>(10 * (at / 2 + 1));
}

} // namespace

Value text(std::string_view name) {
    return {.kind = Value::Kind::text, .name = name};
}
Value file(std::string_view name) {
    return {.kind = Value::Kind::file, .name = name};
}
Value device(std::string_view name) {
    return {.kind = Value::Kind::device, .name = name};
}
Value number(std::string_view name, std::uint64_t minimum, std::uint64_t maximum) {
    return {.kind = Value::Kind::number, .name = name, .minimum = minimum, .maximum = maximum};
}
Value size(std::string_view name, std::uint64_t minimum, std::uint64_t maximum) {
    return {.kind = Value::Kind::size, .name = name, .minimum = minimum, .maximum = maximum};
}
Value choice(std::string_view name, std::vector<std::string_view> choices) {
    return {.kind = Value::Kind::choice, .name = name, .choices = std::move(choices)};
}

std::vector<const Option*> options_of(const Command& command) {
    std::vector<const Option*> all;
    for (const auto* table : {&command.options, &general_options()})
        for (const Option& option : *table)
            all.push_back(&option);
    return all;
}

std::expected<std::uint64_t, std::string> parse_number(const Value& value, std::string_view text) {
    if (value.kind == Value::Kind::choice) {
        if (std::ranges::find(value.choices, text) != value.choices.end())
            return 0;
        const std::vector<std::string> choices(value.choices.begin(), value.choices.end());
        const auto near = lang::suggest(text, choices);
        const std::string hint = near ? fmt::format(", did you mean '{}'?", *near) : "";
        return std::unexpected(
            fmt::format("invalid {} '{}'{} (one of {})", value.name, text, hint, fmt::join(value.choices, ", ")));
    }
    if (value.kind != Value::Kind::number && value.kind != Value::Kind::size)
        return 0;
    std::string_view digits = text;
    const unsigned shift = value.kind == Value::Kind::size ? take_suffix(digits) : 0;
    const bool hex = digits.starts_with("0x");
    if (hex)
        digits.remove_prefix(2);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
    const bool overflow =
        error == std::errc::result_out_of_range || (shift != 0 && number > (~std::uint64_t{0} >> shift));
    if (!overflow && (error != std::errc{} || end != digits.data() + digits.size()))
        return std::unexpected(fmt::format("invalid number '{}'", text));
    number <<= shift;
    if (overflow || number < value.minimum || number > value.maximum) {
        const bool bounded = value.maximum != ~std::uint64_t{0};
        const std::string upper = bounded ? fmt::format(" to {}", value.maximum) : " or more";
        return std::unexpected(fmt::format("{} is out of range, {}{} is possible", text, value.minimum, upper));
    }
    return number;
}

std::expected<Arguments, std::string> parse(const Command& command, std::span<const char* const> args) {
    return Parser(command, args).run();
}

const Occurrence* Arguments::last(std::string_view name) const {
    assert(std::ranges::any_of(options_of(*command_), [&](const Option* o) { return o->name == name; }));
    for (auto it = occurrences_.rbegin(); it != occurrences_.rend(); ++it)
        if (it->option && it->option->name == name)
            return &*it;
    return nullptr;
}

bool Arguments::has(std::string_view name) const {
    return last(name) != nullptr;
}

std::optional<std::string_view> Arguments::value(std::string_view name) const {
    const Occurrence* found = last(name);
    return found ? std::optional<std::string_view>(found->text) : std::nullopt;
}

std::optional<std::uint64_t> Arguments::number(std::string_view name) const {
    const Occurrence* found = last(name);
    return found ? std::optional(found->number) : std::nullopt;
}

std::vector<std::string_view> Arguments::values(std::string_view name) const {
    std::vector<std::string_view> all;
    for (const Occurrence& occurrence : occurrences_)
        if (occurrence.option && occurrence.option->name == name)
            all.push_back(occurrence.text);
    return all;
}

std::vector<std::string_view> Arguments::positionals() const {
    std::vector<std::string_view> all;
    for (const Occurrence& occurrence : occurrences_)
        if (!occurrence.option)
            all.push_back(occurrence.text);
    return all;
}

} // namespace pfq::tools
