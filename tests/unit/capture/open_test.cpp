// What cannot be read is said clearly at once.
#include "engine/capture/format.hpp"
#include "tests/unit/capture/files.hpp"
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace pfq::test;
using pfq::capture::CaptureEnd;
using pfq::capture::CaptureReader;
using testing::HasSubstr;

std::string open_error(const std::string& path) {
    return drain(CaptureReader::open(path)).open_error;
}

class Open : public testing::Test {
protected:
    std::string with_bytes(const Bytes& bytes) {
        const auto path = directory.file("file");
        save_file(path, bytes);
        return path;
    }
    TemporaryDirectory directory;
};

TEST_F(Open, MissingFile) {
    EXPECT_THAT(open_error(directory.file("none")), HasSubstr("none: No such file"));
}
TEST_F(Open, Directory) {
    EXPECT_THAT(open_error(directory.file("")), HasSubstr("Is a directory; name a capture file"));
}

TEST_F(Open, NoPermission) {
    const auto path = with_bytes({1});
    ASSERT_EQ(::chmod(path.c_str(), 0), 0);
    if (::geteuid() != 0) {
        EXPECT_THAT(open_error(path), HasSubstr("Permission denied; you may not read it"));
        return;
    }
    // root may read everything: ask as somebody else, in a process of its own.
    ASSERT_EQ(::chmod(directory.file("").c_str(), 0755), 0);
    EXPECT_EXIT(
        {
            const bool other = ::setgid(65534) == 0 && ::setuid(65534) == 0;
            std::fputs(open_error(path).c_str(), stderr);
            std::_Exit(other ? 0 : 1);
        },
        testing::ExitedWithCode(0), "Permission denied; you may not read it");
}

TEST_F(Open, EmptyFile) {
    EXPECT_THAT(open_error(with_bytes({})), HasSubstr("file: the file is empty"));
}

TEST_F(Open, SomethingElse) {
    EXPECT_THAT(open_error(with_bytes({'t', 'e', 'x', 't'})), HasSubstr("starts with the bytes 74 65 78 74"));
    EXPECT_THAT(open_error(with_bytes({'x'})), HasSubstr("starts with the bytes 78,"));
}

TEST_F(Open, CompressedFiles) {
    const auto gzip = with_bytes({0x1f, 0x8b, 8, 0, 0});
    EXPECT_THAT(open_error(gzip), HasSubstr("compressed with gzip; try `zcat " + gzip + " | pfq run -r -`"));
    EXPECT_THAT(open_error(with_bytes({0x1f, 0x8b})), HasSubstr("zcat"));
    EXPECT_THAT(open_error(with_bytes({0xfd, '7', 'z', 'X', 'Z', 0})), HasSubstr("xzcat"));
    EXPECT_THAT(open_error(with_bytes({0x28, 0xb5, 0x2f, 0xfd})), HasSubstr("zstdcat"));
}

TEST_F(Open, CutHeaders) {
    Bytes pcap = FileBuilder().pcap_header(pfq::capture::pcap::magic_micro).bytes();
    pcap.resize(10);
    EXPECT_THAT(open_error(with_bytes(pcap)), HasSubstr("ends after 10 bytes, within the pcap header of at least 24"));
    Bytes pcapng = FileBuilder().section().bytes();
    pcapng.resize(20);
    EXPECT_THAT(open_error(with_bytes(pcapng)), HasSubstr("ends after 20 bytes, within the section header"));
}

TEST_F(Open, OtherVersions) {
    const Bytes pcap = FileBuilder().word32(pfq::capture::pcap::magic_micro).word16(3).word16(0).raw(Bytes(16)).bytes();
    EXPECT_THAT(open_error(with_bytes(pcap)), HasSubstr("pcap version 3.0 is not supported"));
    const Bytes pcapng = FileBuilder().block(0x0a0d0d0a, FileBuilder().raw(Bytes(16))).bytes();
    EXPECT_THAT(open_error(with_bytes(pcapng)),
                HasSubstr("at byte 0: the section header has no valid byte order magic"));
}

TEST_F(Open, UnsupportedLinkTypeOfAPcap) {
    const auto file = FileBuilder().pcap_header(pfq::capture::pcap::magic_micro, 105).bytes();
    const auto error = open_error(with_bytes(file));
    EXPECT_THAT(error, HasSubstr("link type 105 (IEEE802_11) is not supported; supported are 0 (NULL), 1 (EN10MB), "));
    EXPECT_THAT(error, HasSubstr("276 (LINUX_SLL2)"));
    EXPECT_EQ(drain(CaptureReader::open(directory.file("file"), {.any_link = true})).open_error, "");
}

TEST_F(Open, PcapngWithoutAnySupportedInterface) {
    const auto file = FileBuilder().section().interface(105).interface(147).packet(1, 0, {1}).bytes();
    EXPECT_THAT(open_error(with_bytes(file)), HasSubstr("link type 105 (IEEE802_11) is not supported"));
    EXPECT_EQ(read_memory(file).packets.size(), 1U);
}

TEST_F(Open, StreamWithoutAnySupportedInterfaceEndsAtItsFirstPacket) {
    const auto file = FileBuilder().section().interface(105).packet(0, 0, {1}).bytes();
    const auto read = read_stream(file, 8, {});
    EXPECT_EQ(read.open_error, "");
    EXPECT_TRUE(read.packets.empty());
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::unsupported);
    EXPECT_THAT(read.end.message, HasSubstr("stream: link type 105"));
}

TEST_F(Open, OneSupportedInterfaceIsEnough) {
    const auto file = FileBuilder().section().interface(105).interface(1).packet(0, 0, {1}).packet(1, 0, {2}).bytes();
    const auto read = drain(CaptureReader::open(with_bytes(file)));
    EXPECT_EQ(read.packets.size(), 2U);
    EXPECT_FALSE(read.interfaces.at(0).supported);
    EXPECT_TRUE(read.interfaces.at(1).supported);
}

TEST_F(Open, InterfacesAreKnownBeforeTheFirstRead) {
    const auto file = FileBuilder().section().interface(1).interface(101).packet(0, 0, {1}).interface(9).bytes();
    auto reader = CaptureReader::open_memory(file, "memory").value();
    EXPECT_EQ(reader->interfaces().size(), 2U);
    EXPECT_EQ(reader->packets(), 0U);
}

TEST_F(Open, FailureOfTheSystemWhileReading) {
    const auto file = FileBuilder().pcap_header(pfq::capture::pcap::magic_micro).pcap_record(1, 0, {1}).bytes();
    bool given = false;
    const auto source = [&](std::uint8_t* to, std::size_t) -> ssize_t {
        if (given) {
            errno = EIO;
            return -1;
        }
        given = true;
        std::copy(file.begin(), file.end(), to);
        return static_cast<ssize_t>(file.size());
    };
    const auto read = drain(CaptureReader::open_stream(source, "stream"));
    EXPECT_EQ(read.packets.size(), 1U);
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::failed);
    EXPECT_EQ(read.end.code, EIO);
    EXPECT_THAT(read.end.message, HasSubstr("Input/output error"));
}

TEST_F(Open, SignalInterruptsTheWaitAndReadingGoesOn) {
    const auto file = FileBuilder().pcap_header(pfq::capture::pcap::magic_micro).pcap_record(1, 0, {1}).bytes();
    int call = 0;
    const auto source = [&](std::uint8_t* to, std::size_t) -> ssize_t {
        const std::size_t begin = call == 0 ? 0 : 30;
        const std::size_t end = call == 0 ? 30 : file.size();
        if (++call == 2) {
            errno = EINTR;
            return -1;
        }
        if (call > 3)
            return 0;
        std::copy(file.data() + begin, file.data() + end, to);
        return static_cast<ssize_t>(end - begin);
    };
    auto reader = CaptureReader::open_stream(source, "stream").value();
    pfq::capture::Batch batch;
    EXPECT_EQ(reader->read(batch), 0U);
    EXPECT_EQ(reader->end().kind, CaptureEnd::Kind::reading);
    EXPECT_EQ(reader->read(batch), 1U);
    EXPECT_EQ(reader->read(batch), 0U);
    EXPECT_EQ(reader->end().kind, CaptureEnd::Kind::clean);
}

} // namespace
