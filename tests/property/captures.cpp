#include "engine/capture/link_layer.hpp"
#include "engine/capture/reader.hpp"
#include "tests/property/worker.hpp"
#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace pfq::test {

namespace {

constexpr std::size_t per_file = 40;

std::vector<std::string> capture_files() {
    const char* chosen = std::getenv("PFQ_CAPTURES");
    std::vector<std::string> files;
    for (const std::string& folder : {std::string(PFQ_SOURCE_DIR "/examples/captures"),
                                      std::string(chosen ? chosen : PFQ_SOURCE_DIR "/../shared/captures")}) {
        std::error_code error;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error))
            if (const auto type = entry.path().extension(); type == ".pcap" || type == ".pcapng")
                files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

void add_packets(const std::string& file, std::vector<TestPacket>& all) {
    auto reader = capture::CaptureReader::open(file);
    if (!reader)
        return; // files of unknown link types are for the tests of the reader
    capture::Batch batch(per_file);
    if ((*reader)->read(batch) == 0)
        return;
    for (const auto& packet : batch.packets()) {
        const auto* layer = capture::find_link_layer(packet.link_type);
        if (!layer)
            continue;
        TestPacket test;
        test.bytes.assign(packet.data, packet.data + packet.captured);
        const capture::LinkHeader header = layer->parse(test.bytes);
        test.length = packet.length;
        test.ethernet = header.has_ethernet;
        test.l3_offset = header.has_ethernet ? std::uint16_t{0} : header.l3_offset;
        test.ethertype = header.has_ethernet ? std::uint16_t{0} : header.ethertype;
        test.time = packet.time_ns;
        test.sequence = all.size();
        all.push_back(std::move(test));
    }
}

} // namespace

std::vector<TestPacket> captured_packets(std::size_t most) {
    const auto files = capture_files();
    std::vector<TestPacket> all;
    for (const std::string& file : files)
        if (all.size() < most)
            add_packets(file, all);
    return all;
}

} // namespace pfq::test
