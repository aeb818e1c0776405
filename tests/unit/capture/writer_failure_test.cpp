// What can go wrong with a file to be written; whatever it is, the file has whole records.
#include "engine/capture/writer.hpp"
#include "tests/unit/capture/files.hpp"
#include <array>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace pfq::capture;
using pfq::test::Bytes;
using pfq::test::drain;
using testing::HasSubstr;

class WriterFailure : public testing::Test {
protected:
    WriterFailure() {
        std::signal(SIGPIPE, SIG_IGN);
        std::signal(SIGXFSZ, SIG_IGN);
        for (std::size_t i = 0; i < 100; ++i) {
            Packet packet;
            packet.data = bytes.data();
            packet.captured = packet.length = static_cast<std::uint32_t>(i * 37 % 2000);
            packet.time_ns = i;
            packets.push_back(packet);
        }
    }
    CaptureWriter::Result create(FileFormat format = FileFormat::pcap) {
        return CaptureWriter::create(path, {&interface, 1}, {.format = format});
    }
    std::string create_error() {
        auto writer = create();
        return writer ? "" : writer.error().message;
    }

    WriterInterface interface{1, "eth0", ""};
    Bytes bytes = Bytes(2000, 0x5a);
    std::vector<Packet> packets;
    pfq::test::TemporaryDirectory directory;
    std::string path = directory.file("out");
};

TEST_F(WriterFailure, MissingDirectory) {
    path = directory.file("none/out");
    EXPECT_THAT(create_error(), HasSubstr("none/out: No such file or directory"));
}

TEST_F(WriterFailure, Directory) {
    path = directory.file("");
    EXPECT_THAT(create_error(), HasSubstr("Is a directory"));
}

TEST_F(WriterFailure, FileThatTakesNoBytes) {
    path = "/proc/version";
    EXPECT_THAT(create_error(), testing::AnyOf(HasSubstr("Permission denied"), HasSubstr("Input/output error"),
                                               HasSubstr("Read-only file system")));
}

TEST_F(WriterFailure, InputIsNotOverwritten) {
    pfq::test::save_file(path, {1, 2, 3});
    ASSERT_EQ(::symlink(path.c_str(), directory.file("link").c_str()), 0);
    const auto writer = CaptureWriter::create(directory.file("link"), {&interface, 1}, {.inputs = {"-", path}});
    ASSERT_FALSE(writer);
    EXPECT_THAT(writer.error().message, HasSubstr("link: the file is being read; write to another one"));
    EXPECT_EQ(pfq::test::load_file(path), (Bytes{1, 2, 3}));
}

TEST_F(WriterFailure, FullDeviceIsToldOnce) {
    path = "/dev/full";
    const auto writer = create();
    ASSERT_FALSE(writer); // the header already meets it
    EXPECT_EQ(writer.error().code, ENOSPC);
    EXPECT_THAT(writer.error().message, HasSubstr("/dev/full: No space left on device; free space"));
}

/// Writes until a limit on the size of files strikes, and returns the first error.
CaptureError write_until_failure(CaptureWriter& writer, std::span<const Packet> packets) {
    for (int i = 0; i < 100; ++i) {
        auto written = writer.write(packets);
        if (written)
            written = writer.flush();
        if (!written)
            return written.error();
    }
    return {};
}

TEST_F(WriterFailure, FileIsCutBackToItsLastWholeRecord) {
    rlimit saved{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &saved), 0);
    for (const auto format : {FileFormat::pcap, FileFormat::pcapng}) {
        for (const rlim_t size : {200'000U, 200'001U, 250'003U, 1'200'077U}) {
            auto writer = create(format).value();
            const rlimit limit{size, saved.rlim_max};
            ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
            const auto error = write_until_failure(*writer, packets);
            EXPECT_FALSE(writer->write(packets)); // stays failed
            EXPECT_TRUE(writer->close());         // and is not told again
            ::setrlimit(RLIMIT_FSIZE, &saved);
            EXPECT_EQ(error.code, EFBIG);
            const auto read = drain(CaptureReader::open(path));
            EXPECT_EQ(read.end.kind, CaptureEnd::Kind::clean) << read.end.message;
            EXPECT_EQ(read.packets.size(), writer->records());
            EXPECT_EQ(std::filesystem::file_size(path), writer->bytes());
            EXPECT_GT(writer->bytes() + 2100, size); // nothing whole was thrown away
            for (std::size_t i = 0; i < read.packets.size(); ++i)
                EXPECT_EQ(read.packets[i].data.size(), packets[i % packets.size()].captured);
        }
    }
}

TEST_F(WriterFailure, CloseTellsWhatNobodyHasHeardYet) {
    rlimit saved{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &saved), 0);
    auto writer = create().value();
    EXPECT_TRUE(writer->write({packets.data(), 20})); // buffered
    const rlimit limit{100, saved.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto closed = writer->close();
    ::setrlimit(RLIMIT_FSIZE, &saved);
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code, EFBIG);
}

TEST_F(WriterFailure, ReaderOfThePipeHasGone) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    auto writer = CaptureWriter::create(ends[1], "pipe", {&interface, 1}, {}).value();
    ::close(ends[0]);
    const auto error = write_until_failure(*writer, packets);
    EXPECT_EQ(error.code, EPIPE);
    EXPECT_THAT(error.message, HasSubstr("pipe: Broken pipe: its reader has gone"));
    ::close(ends[1]);
}

TEST_F(WriterFailure, PartialWritesAndNonBlockingPipesLoseNothing) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ASSERT_EQ(::fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    pfq::test::ReadFile read;
    std::thread reader([&] {
        read = drain(CaptureReader::open_stream(
            [&](std::uint8_t* to, std::size_t size) { return ::read(ends[0], to, std::min<std::size_t>(size, 777)); },
            "pipe"));
    });
    auto writer = CaptureWriter::create(ends[1], "pipe", {&interface, 1}, {.format = FileFormat::pcapng}).value();
    for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(writer->write(packets));
    EXPECT_TRUE(writer->close());
    ::close(ends[1]);
    reader.join();
    ::close(ends[0]);
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::clean) << read.end.message;
    EXPECT_EQ(read.packets.size(), 50 * packets.size());
}

TEST_F(WriterFailure, AppendsToADescriptorWhereItStands) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
    ASSERT_EQ(::write(fd, "before", 6), 6);
    rlimit saved{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &saved), 0);
    auto writer = CaptureWriter::create(fd, "file", {&interface, 1}, {}).value();
    const rlimit limit{50'001, saved.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto error = write_until_failure(*writer, packets);
    ::setrlimit(RLIMIT_FSIZE, &saved);
    ::close(fd);
    EXPECT_EQ(error.code, EFBIG);
    auto written = pfq::test::load_file(path);
    EXPECT_EQ(written.size(), writer->bytes() + 6);
    written.erase(written.begin(), written.begin() + 6);
    const auto read = pfq::test::read_memory(written);
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::clean) << read.end.message;
    EXPECT_EQ(read.packets.size(), writer->records());
}

} // namespace
