// Where the records of a run go: one capture file per socket and per device that is forwarded to.
#pragma once
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/capture/writer.hpp"
#include "engine/file/job.hpp"
#include "engine/file/plan.hpp"
#include "engine/file/source.hpp"

namespace pfq::engine {

/// Used by one thread at a time. Sinks are numbered: sockets first, then forwards.
class Sinks {
public:
    /// Creates the files. The error is complete.
    [[nodiscard]] static std::expected<std::unique_ptr<Sinks>, std::string> open(const FilePlan& plan,
                                                                                 const Source& source);

    /// Writes the records of a job. False after a failure, whose records and all later ones count as failed.
    bool write(Job& job);
    /// Hands everything written so far to the system.
    bool flush();
    /// Finishes the files.
    bool close();

    /// The first failure; empty without.
    [[nodiscard]] const std::string& error() const { return error_; }
    /// Records that are in the file, and records that could not be written; after close().
    [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> account(std::size_t sink) const;

private:
    struct Sink {
        std::unique_ptr<capture::CaptureWriter> writer; ///< null: no output
        capture::FileFormat format;
        std::uint64_t given = 0;
        std::size_t interfaces = 0;  ///< that its file describes
        std::uint16_t link_type = 0; ///< pcap: of the file
        bool failed = false;
    };
    explicit Sinks(const Source& source) : source_(source) {}

    [[nodiscard]] std::optional<std::string> create(const FilePlan& plan, const Output& output, bool nanoseconds);
    bool describe(Sink& sink, std::size_t interfaces);
    bool check_link_types(Sink& sink, std::span<const capture::Packet> records);
    bool fail(Sink& sink, std::string message);

    const Source& source_;
    std::vector<Sink> sinks_;
    std::string error_;
};

} // namespace pfq::engine
