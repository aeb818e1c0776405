// Where the packets of a run come from: the merged inputs, with what the language wants to know about their devices.
#pragma once
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/capture/merge.hpp"
#include "engine/file/job.hpp"
#include "engine/file/plan.hpp"

namespace pfq::engine {

/// Inputs that are open already, in the order of FilePlan::inputs; null or missing ones are still to be opened.
using OpenInputs = std::vector<std::unique_ptr<capture::CaptureReader>>;

/// Opens those of the files that can be opened without waiting. The pages of large files are then mapped while the
/// caller compiles its programs. Errors are left to Source::open.
[[nodiscard]] OpenInputs open_early(const std::vector<std::string>& paths);

enum class SourceStatus { packets, interrupted, ended, failed };

/// A device is a name: that of the capture's interface, else the path of the file. Devices that programs forward to
/// have the first numbers, in the order of FilePlan::forwards. Used by one thread.
class Source {
public:
    /// Opens the inputs, compiles filters for their link types. The error is complete.
    [[nodiscard]] static std::expected<std::unique_ptr<Source>, std::string> open(const FilePlan& plan,
                                                                                  OpenInputs inputs);

    /// Refills everything of the job but its outcome.
    SourceStatus read(Job& job);
    /// Why read() failed.
    [[nodiscard]] const std::string& error() const { return error_; }

    [[nodiscard]] const capture::MergedReader& inputs() const { return *reader_; }
    /// Interfaces of all inputs in the order of their appearance, as outputs shall have them. For the reading thread.
    [[nodiscard]] std::size_t interface_count() const { return interfaces_.size(); }
    /// For any thread, with a number below Job::interfaces.
    [[nodiscard]] const capture::CaptureInterface& interface(std::size_t number) const;
    /// Bytes of all inputs, when that is known of each.
    [[nodiscard]] std::optional<std::uint64_t> size() const;

private:
    explicit Source(const FilePlan& plan) : plan_(plan) {}

    /// Takes notice of interfaces that the inputs described since the last call.
    [[nodiscard]] std::expected<void, std::string> learn();
    [[nodiscard]] std::expected<void, std::string> learn_link(const capture::CaptureInterface& interface);
    void learn_device(std::size_t input, const capture::CaptureInterface& interface);
    void renew_addresses();
    void number_packets(Job& job) const;

    const FilePlan& plan_;
    std::unique_ptr<capture::MergedReader> reader_;
    std::uint64_t next_ = 0; ///< sequence number of the next packet
    std::string error_;
    mutable std::mutex mutex_; ///< for interfaces_, which the thread that writes looks into
    std::vector<const capture::CaptureInterface*> interfaces_;
    struct Numbers {
        std::uint32_t device;
        std::uint16_t output;
    };
    std::vector<std::vector<Numbers>> numbers_; ///< by input and interface
    std::map<std::string, std::uint32_t> devices_;
    std::shared_ptr<const LinkInfos> links_ = std::make_shared<LinkInfos>();
    std::uint32_t first_device_ = 0;                  ///< of the first interface
    std::shared_ptr<pfq_device_address[]> addresses_; ///< by device; the first address_count_ are in use
    std::size_t address_count_ = 0, address_capacity_ = 0;
};

} // namespace pfq::engine
