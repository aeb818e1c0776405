#include "tests/unit/capture/files.hpp"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace pfq::test {

FileBuilder& FileBuilder::word(std::uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i)
        bytes_.push_back(static_cast<std::uint8_t>(value >> 8 * (big_endian_ ? width - 1 - i : i)));
    return *this;
}

FileBuilder& FileBuilder::raw(const Bytes& bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
}

FileBuilder& FileBuilder::pcap_header(std::uint32_t magic, std::uint32_t link_type, std::uint16_t minor) {
    return word32(magic).word16(2).word16(minor).word64(0).word32(65535).word32(link_type);
}

FileBuilder& FileBuilder::pcap_record(std::uint32_t seconds, std::uint32_t fraction, const Bytes& data,
                                      std::uint32_t length) {
    const auto captured = static_cast<std::uint32_t>(data.size());
    return word32(seconds).word32(fraction).word32(captured).word32(length == 0 ? captured : length).raw(data);
}

FileBuilder& FileBuilder::block(std::uint32_t type, const FileBuilder& body) {
    Bytes padded = body.bytes();
    padded.resize((padded.size() + 3) / 4 * 4);
    const auto length = static_cast<std::uint32_t>(padded.size() + 12);
    return word32(type).word32(length).raw(padded).word32(length);
}

FileBuilder& FileBuilder::section() {
    return block(0x0a0d0d0a, same().word32(0x1a2b3c4d).word16(1).word16(0).word64(~0ULL));
}

FileBuilder& FileBuilder::interface(std::uint16_t link_type, std::uint32_t snaplen, const Bytes& options) {
    return block(1, same().word16(link_type).word16(0).word32(snaplen).raw(options));
}

FileBuilder& FileBuilder::packet(std::uint32_t interface, std::uint64_t ticks, const Bytes& data,
                                 const Bytes& options) {
    const auto captured = static_cast<std::uint32_t>(data.size());
    Bytes padded = data;
    padded.resize((padded.size() + 3) / 4 * 4);
    return block(6, same()
                        .word32(interface)
                        .word32(static_cast<std::uint32_t>(ticks >> 32))
                        .word32(static_cast<std::uint32_t>(ticks))
                        .word32(captured)
                        .word32(captured)
                        .raw(padded)
                        .raw(options));
}

Bytes FileBuilder::option(std::uint16_t code, const Bytes& value) const {
    Bytes padded = value;
    padded.resize((padded.size() + 3) / 4 * 4);
    return same().word16(code).word16(static_cast<std::uint16_t>(value.size())).raw(padded).bytes();
}

ReadFile drain(capture::CaptureReader::Result reader, std::size_t size) {
    ReadFile file;
    if (!reader) {
        file.open_error = reader.error().message;
        return file;
    }
    capture::Batch batch(size);
    while ((*reader)->read(batch) != 0) {
        for (const auto& packet : batch.packets())
            file.packets.push_back({Bytes(packet.data, packet.data + packet.captured), packet.time_ns, packet.length,
                                    packet.interface, packet.link_type, packet.flags});
    }
    file.end = (*reader)->end();
    file.notes = (*reader)->notes();
    file.interfaces.assign((*reader)->interfaces().begin(), (*reader)->interfaces().end());
    return file;
}

ReadFile read_memory(const Bytes& bytes, capture::OpenOptions options) {
    return drain(capture::CaptureReader::open_memory(bytes, "memory", options));
}

ReadFile read_stream(const Bytes& bytes, std::size_t piece, capture::OpenOptions options) {
    std::size_t done = 0;
    const auto source = [&](std::uint8_t* to, std::size_t size) {
        const auto count = std::min({piece, size, bytes.size() - done});
        std::copy_n(bytes.data() + done, count, to);
        done += count;
        return static_cast<ssize_t>(count);
    };
    return drain(capture::CaptureReader::open_stream(source, "stream", options));
}

Bytes load_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw std::runtime_error(path.string() + ": cannot be opened");
    return {std::istreambuf_iterator<char>(file), {}};
}

void save_file(const std::filesystem::path& path, const Bytes& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush())
        throw std::runtime_error(path.string() + ": cannot be written");
}

TemporaryDirectory::TemporaryDirectory() {
    auto name = (std::filesystem::temp_directory_path() / "pfq-capture-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("no temporary directory");
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::filesystem::remove_all(path_);
}

std::vector<std::filesystem::path> captures() {
    const std::filesystem::path source = PFQ_SOURCE_DIR;
    const char* given = std::getenv("PFQ_CAPTURES");
    const std::filesystem::path root = given != nullptr ? given : source / "../shared/captures";
    std::vector<std::filesystem::path> files;
    for (const auto& folder : {root / "real", root / "hostile", source / "tests/captures"}) {
        if (!std::filesystem::is_directory(folder))
            continue;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() != ".md")
                files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

} // namespace pfq::test
