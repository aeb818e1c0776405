// The clock of a reader that merges rings by time, and its alarm for records that it holds back.
#pragma once
#include "codegen/descriptor.hpp"
#include <cstdint>
#include <expected>
#include <memory>

namespace pfq::queue {

class HoldTimer {
public:
    HoldTimer() = default;
    HoldTimer(const HoldTimer&) = delete;
    HoldTimer& operator=(const HoldTimer&) = delete;
    virtual ~HoldTimer() = default;

    /// Nanoseconds, of the clock of the records.
    [[nodiscard]] virtual std::uint64_t now() const = 0;
    /// Makes fd() readable from `time` on, and unreadable until then. `never`: until the next call.
    virtual void wake_at(std::uint64_t time) = 0;
    [[nodiscard]] virtual int fd() const = 0;

    static constexpr std::uint64_t never = 0;
};

/// CLOCK_MONOTONIC and a timerfd.
class MonotonicTimer final : public HoldTimer {
public:
    /// The error is a system error number.
    static std::expected<std::unique_ptr<HoldTimer>, int> create();

    [[nodiscard]] std::uint64_t now() const override;
    void wake_at(std::uint64_t time) override;
    [[nodiscard]] int fd() const override { return descriptor_.get(); }

private:
    explicit MonotonicTimer(codegen::Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    codegen::Descriptor descriptor_;
    std::uint64_t set_ = never;
};

} // namespace pfq::queue
