// Opening a capture file: finding out what it is, and saying clearly what it is not.
#include "engine/capture/bytes.hpp"
#include "engine/capture/format.hpp"
#include "engine/capture/link_layer.hpp"
#include "engine/capture/reader.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>

namespace pfq::capture {
namespace {

constexpr std::string_view standard_input = "standard input";

/// What else a file may be, by its first bytes, and what the user can do about it ({} is the file).
struct OtherFormat {
    std::string_view magic;
    std::string_view name;
    std::string_view remedy;
};
constexpr std::array other_formats{
    OtherFormat{"\x1f\x8b", "compressed with gzip", "try `zcat {} | pfq run -r -`"},
    OtherFormat{"\xfd"
                "7zXZ",
                "compressed with xz", "try `xzcat {} | pfq run -r -`"},
    OtherFormat{"\x28\xb5\x2f\xfd", "compressed with zstd", "try `zstdcat {} | pfq run -r -`"},
    OtherFormat{"BZh", "compressed with bzip2", "try `bzcat {} | pfq run -r -`"},
    OtherFormat{"\x04\x22\x4d\x18", "compressed with lz4", "try `lz4cat {} | pfq run -r -`"},
    OtherFormat{"PK\x03\x04", "a zip archive", "try `unzip -p {} | pfq run -r -`"},
    OtherFormat{"snoop", "a snoop capture", "convert it with `editcap -F pcapng {} capture.pcapng`"},
};

std::string system_remedy(int code) {
    switch (code) {
    case EISDIR:
        return "; name a capture file in it";
    case EACCES:
        return "; you may not read it";
    case ENOENT:
        return "; check the path";
    default:
        return "";
    }
}

CaptureError system_error(const std::string& name, int code) {
    return {fmt::format("{}: {}{}", name, std::strerror(code), system_remedy(code)), 0, code};
}

} // namespace

CaptureReader::CaptureReader(std::string name, OpenOptions options, std::unique_ptr<Input> input)
    : name_(std::move(name)), options_(options), input_(std::move(input)) {}

CaptureReader::Result CaptureReader::open(const std::string& path, OpenOptions options) {
    std::string name = path == "-" ? std::string(standard_input) : path;
    auto input = open_input(path, options.map);
    if (!input)
        return std::unexpected(system_error(name, input.error()));
    return start(std::move(name), options, std::move(*input));
}

CaptureReader::Result CaptureReader::open_memory(std::span<const std::uint8_t> bytes, std::string name,
                                                 OpenOptions options) {
    return start(std::move(name), options, make_memory_input(bytes));
}

CaptureReader::Result CaptureReader::open_stream(StreamSource source, std::string name, OpenOptions options) {
    return start(std::move(name), options, make_stream_input(std::move(source)));
}

CaptureReader::Result CaptureReader::start(std::string name, OpenOptions options, std::unique_ptr<Input> input) {
    std::unique_ptr<CaptureReader> reader(new CaptureReader(std::move(name), options, std::move(input)));
    if (auto failure = reader->find_decoder())
        return std::unexpected(std::move(*failure));
    if (auto failure = reader->read_preamble())
        return std::unexpected(std::move(*failure));
    return reader;
}

/// Waits until the window has `size` bytes, of what `what` names.
std::optional<CaptureError> CaptureReader::fill_to(std::size_t size, std::string_view what) {
    while (input_->window().size() < size) {
        switch (input_->fill(size)) {
        case FillResult::grown:
            break;
        case FillResult::interrupted:
            return CaptureError{fmt::format("{}: interrupted before the first bytes arrived", name_), 0, EINTR};
        case FillResult::failed:
            return system_error(name_, input_->error_code());
        case FillResult::end:
            return error(fmt::format("the file ends after {} bytes, within {} of at least {}; get a complete copy",
                                     input_->window().size(), what, size),
                         input_->window().size());
        }
    }
    return std::nullopt;
}

std::optional<CaptureError> CaptureReader::find_decoder() {
    if (auto failure = fill_to(4, "the header")) {
        if (failure->code != 0)
            return failure;
        return input_->window().empty()
                   ? error("the file is empty; a capture file starts with a pcap or pcapng header", 0)
                   : unknown_format();
    }
    const auto magic = load<std::uint32_t>(input_->window().data());
    if (magic == pcapng::section_header) {
        decoder_ = make_pcapng_decoder();
        return std::nullopt;
    }
    if (!is_pcap_magic(magic))
        return unknown_format();
    if (auto failure = fill_to(pcap::file_header, "the pcap header"))
        return failure;
    auto decoder = make_pcap_decoder(input_->window());
    if (!decoder)
        return error(decoder.error(), 4);
    decoder_ = std::move(*decoder);
    return std::nullopt;
}

CaptureError CaptureReader::unknown_format() const {
    const auto window = input_->window();
    for (const auto& format : other_formats) {
        if (window.size() < format.magic.size() ||
            std::memcmp(window.data(), format.magic.data(), format.magic.size()) != 0)
            continue;
        const auto remedy = fmt::format(fmt::runtime(format.remedy), name_ == standard_input ? "-" : name_);
        return error(fmt::format("the file is {}; {}", format.name, remedy), 0);
    }
    const auto shown = window.first(std::min<std::size_t>(window.size(), 4));
    return error(fmt::format("not a capture file: it starts with the bytes {:02x}, and neither pcap nor pcapng does",
                             fmt::join(shown, " ")),
                 0);
}

// Everything up to the first packet; a stream is waited for only until there is an interface.
std::optional<CaptureError> CaptureReader::read_preamble() {
    while (true) {
        const auto step = decoder_->decode(input_->window(), {});
        input_->consume(step.consumed);
        const bool no_section = interfaces().empty() && notes().sections == 0;
        if (step.status == DecodeStatus::damaged && no_section)
            return error(fmt::format("at byte {}: {}", input_->offset(), decoder_->damage()), input_->offset());
        if (step.status == DecodeStatus::full && !any_supported())
            return error(unsupported(), input_->offset());
        if (step.status != DecodeStatus::more || !interfaces().empty())
            break;
        const auto have = input_->window().size();
        if (no_section) {
            if (auto failure = fill_to(std::max(step.need, have + 1), "the section header"))
                return failure;
            continue;
        }
        const auto filled = input_->fill(step.need);
        if (filled == FillResult::interrupted)
            return CaptureError{fmt::format("{}: interrupted before the first interface was described", name_), 0,
                                EINTR};
        if (filled != FillResult::grown)
            break;
    }
    return std::nullopt;
}

} // namespace pfq::capture
