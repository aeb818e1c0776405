// All test traffic, the hostile part included: read in every way to the end, and always the same.
#include "tests/unit/capture/files.hpp"
#include <algorithm>
#include <array>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace pfq::test;
using pfq::capture::CaptureEnd;
using pfq::capture::CaptureReader;

void expect_same(const ReadFile& one, const ReadFile& other) {
    EXPECT_EQ(one.open_error.empty(), other.open_error.empty()) << one.open_error << other.open_error;
    EXPECT_EQ(one.packets, other.packets);
    EXPECT_EQ(one.end.kind, other.end.kind);
    EXPECT_EQ(one.end.offset, other.end.offset);
    EXPECT_EQ(one.interfaces.size(), other.interfaces.size());
}

/// Everything in the file is a packet, was skipped knowingly, or is accounted for as unread.
void expect_accounted(const ReadFile& read, std::size_t file_size) {
    EXPECT_EQ(read.open_error, "");
    EXPECT_NE(read.end.kind, CaptureEnd::Kind::reading);
    ASSERT_TRUE(read.end.unread);
    EXPECT_EQ(read.end.offset + *read.end.unread, file_size);
    EXPECT_EQ(read.end.good(), *read.end.unread == 0);
    EXPECT_EQ(read.end.good(), read.end.message.empty());
}

/// Reads the bytes from standard input, which is a real pipe.
ReadFile read_standard_input(const Bytes& bytes) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
        throw std::runtime_error("no pipe");
    std::thread writer([&] {
        for (std::size_t done = 0; done < bytes.size();) {
            const auto count = ::write(ends[1], bytes.data() + done, std::min<std::size_t>(bytes.size() - done, 4093));
            if (count <= 0)
                break;
            done += static_cast<std::size_t>(count);
        }
        ::close(ends[1]);
    });
    const int saved = ::dup(STDIN_FILENO);
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    auto read = drain(CaptureReader::open("-", {.any_link = true}), 64);
    ::dup2(saved, STDIN_FILENO);
    ::close(saved);
    writer.join();
    return read;
}

TEST(Captures, EveryFileReadsTheSameInEveryWay) {
    const auto files = captures();
    ASSERT_FALSE(files.empty()) << captures_missing;
    for (const auto& path : files) {
        SCOPED_TRACE(path.string());
        const auto bytes = load_file(path);
        const auto mapped = drain(CaptureReader::open(path, {.any_link = true}), 256);
        expect_accounted(mapped, bytes.size());
        expect_same(mapped, drain(CaptureReader::open(path, {.any_link = true, .map = false}), 1));
        expect_same(mapped, read_memory(bytes));
        expect_same(mapped, read_stream(bytes, 1021));
        expect_same(mapped, read_standard_input(bytes));
    }
}

TEST(Captures, UnsupportedLinkTypesAreRefusedAndOthersAreNot) {
    const auto files = captures();
    ASSERT_FALSE(files.empty()) << captures_missing;
    std::size_t refused = 0;
    for (const auto& path : files) {
        SCOPED_TRACE(path.string());
        const auto any = drain(CaptureReader::open(path, {.any_link = true}));
        const bool supported =
            std::ranges::any_of(any.interfaces, &pfq::capture::CaptureInterface::supported) || any.packets.empty();
        const auto read = drain(CaptureReader::open(path));
        EXPECT_EQ(read.open_error.empty(), supported) << read.open_error;
        refused += read.open_error.empty() ? 0 : 1;
    }
    EXPECT_GT(refused, 0U);
    EXPECT_LT(refused, files.size() / 2);
}

TEST(Captures, BatchesOutliveTheReader) {
    const auto files = captures();
    ASSERT_FALSE(files.empty()) << captures_missing;
    for (const bool map : {true, false}) {
        const auto& path = files[files.size() / 2];
        const auto whole = drain(CaptureReader::open(path, {.any_link = true}));
        std::vector<pfq::capture::Batch> batches;
        {
            auto reader = CaptureReader::open(path, {.any_link = true, .map = map}).value();
            for (pfq::capture::Batch batch(2); reader->read(batch) != 0; batch = pfq::capture::Batch(2))
                batches.push_back(std::move(batch));
        }
        std::size_t number = 0;
        for (const auto& batch : batches) {
            for (const auto& packet : batch.packets())
                EXPECT_EQ(Bytes(packet.data, packet.data + packet.captured), whole.packets.at(number++).data);
        }
        EXPECT_EQ(number, whole.packets.size());
    }
}

} // namespace
