// Captures and programs for the tests of file runs.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/file/file_run.hpp"

namespace pfq::engine::test {

/// A directory that goes with the test.
class TempDir {
public:
    TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir();
    [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

struct Record {
    std::uint64_t time_ns = 0;
    std::vector<std::uint8_t> bytes;
    std::uint32_t length = 0;
    std::uint16_t link_type = 1;
    bool operator==(const Record&) const = default;
};

/// Ethernet frames of 16 to 200 bytes whose MAC addresses, random but always the same, tell `scripted` what to do.
std::vector<Record> make_traffic(std::size_t count, std::uint32_t seed = 1);
void write_capture(const std::string& path, const std::vector<Record>& records,
                   capture::FileFormat format = capture::FileFormat::pcapng);
std::vector<Record> read_capture(const std::string& path);
std::string read_bytes(const std::string& path);
void write_bytes(const std::string& path, const std::string& bytes);

/// A program that uses every verb of a verdict, as the bytes of the packet say. Forwards to "eth1" and "eth2".
void scripted(const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env);
/// Copies every packet to class 0.
void accept_all(const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env);
/// Accepts packets whose first byte is even; and the same as a plain filter.
void accept_even(const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env);
void filter_even(const pfq_packet* packets, pfq_u64 count, pfq_u64* accepted, const pfq_env* env);

GroupProgram program(pfq_batch_function function, std::vector<std::string> devices = {});
/// One group with one socket that writes to `output` (empty: nowhere).
FilePlan simple_plan(const std::string& input, GroupProgram program, const std::string& output = "");
/// Opens and runs; a failure to open fails the test.
FileResult run(FilePlan plan, FileHooks hooks = {});

} // namespace pfq::engine::test
