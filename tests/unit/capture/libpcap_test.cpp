// All test traffic compared with libpcap, packet by packet. Where the two differ is a closed list, with reasons.
#include "tests/unit/capture/files.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <pcap/pcap.h>

namespace {

using namespace pfq::test;
using pfq::capture::CaptureReader;

struct LibpcapFile {
    std::string error; ///< of opening, or that ended reading
    std::vector<ReadPacket> packets;
};

LibpcapFile read_with_libpcap(const std::string& path) {
    LibpcapFile file;
    char buffer[PCAP_ERRBUF_SIZE] = "";
    pcap_t* handle = pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, buffer);
    if (handle == nullptr) {
        file.error = buffer;
        return file;
    }
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    int result = 0;
    while ((result = pcap_next_ex(handle, &header, &data)) == 1) {
        const auto time = static_cast<std::uint64_t>(header->ts.tv_sec) * 1'000'000'000 +
                          static_cast<std::uint64_t>(header->ts.tv_usec);
        file.packets.push_back({Bytes(data, data + header->caplen), time, header->len, 0, 0, 0});
    }
    if (result == PCAP_ERROR)
        file.error = pcap_geterr(handle);
    pcap_close(handle);
    return file;
}

/// Describes the first difference; empty when there is none.
std::string difference(const ReadFile& ours, const LibpcapFile& theirs) {
    if (ours.open_error.empty() && ours.end.good() != theirs.error.empty())
        return "end: " + ours.end.message + " / " + theirs.error;
    if (ours.packets.size() != theirs.packets.size())
        return "packets: " + std::to_string(ours.packets.size()) + " / " + std::to_string(theirs.packets.size());
    for (std::size_t i = 0; i < ours.packets.size(); ++i) {
        const auto& one = ours.packets[i];
        const auto& other = theirs.packets[i];
        if (one.length != other.length)
            return "length of packet " + std::to_string(i);
        if (one.data.size() != other.data.size())
            return "captured bytes of packet " + std::to_string(i) + ": " + std::to_string(one.data.size()) + " / " +
                   std::to_string(other.data.size());
        if (one.data != other.data)
            return "bytes of packet " + std::to_string(i);
        if (one.time_ns != other.time_ns)
            return "time of packet " + std::to_string(i) + ": " + std::to_string(one.time_ns) + " / " +
                   std::to_string(other.time_ns);
    }
    return "";
}

/// By file name: what differs (ours / libpcap's). libpcap 1.10.3 takes seconds and fractions of pcap records for
/// signed; the format says they are not, so that times go on from 2038 to 2106, and so do we.
const std::map<std::string, std::string> known_differences{
    {"olsr-oobr-2.pcap", "time of packet 0: 4294934285999999000 / 18446711063709550616"},
    {"time_2106_max.pcap", "time of packet 0: 4294967295000000000 / 18446744072709551616"},
    {"timestamp_invalid_nano.pcap", "time of packet 2: 1418145372147483648 / 1418145367852516352"},
};

TEST(Libpcap, ReadsTheSamePackets) {
    const auto files = captures();
    ASSERT_FALSE(files.empty()) << captures_missing;
    std::size_t packets = 0;
    std::map<std::string, std::string> differences;
    for (const auto& path : files) {
        const auto ours = drain(CaptureReader::open(path, {.any_link = true}), 256);
        const auto theirs = read_with_libpcap(path);
        packets += theirs.packets.size();
        if (auto text = difference(ours, theirs); !text.empty())
            differences[path.filename()] = text;
    }
    EXPECT_GT(packets, files.size());
    auto expected = known_differences;
    std::erase_if(expected, [&](const auto& known) { // of a file that is not there
        return std::ranges::none_of(files, [&](const auto& path) { return path.filename() == known.first; });
    });
    EXPECT_EQ(differences, expected);
}

} // namespace
