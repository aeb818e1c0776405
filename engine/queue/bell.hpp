// What a producer rings to wake a reader that has armed a ring.
#pragma once
#include "codegen/descriptor.hpp"
#include <cstdint>
#include <expected>
#include <memory>

namespace pfq::queue {

using codegen::Descriptor;

/// One per socket. The descriptor is readable from a ring of the bell until drain().
class Bell {
public:
    Bell() = default;
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;
    virtual ~Bell() = default;

    /// For epoll.
    [[nodiscard]] virtual int fd() const = 0;
    /// Forgets what was rung so far. Only before the rings are armed: whoever rings afterwards must be heard.
    virtual void drain() = 0;
};

/// A BPF ring buffer map that programs write anything to, with BPF_RB_FORCE_WAKEUP. Draining is no system call.
class BpfBell final : public Bell {
public:
    /// The error is a system error number.
    static std::expected<std::unique_ptr<BpfBell>, int> open(Descriptor map);
    ~BpfBell() override;

    [[nodiscard]] int fd() const override { return map_.get(); }
    void drain() override;

private:
    BpfBell(Descriptor map, void* consumer_page, void* producer_page);

    Descriptor map_;
    std::uint64_t* consumer_; ///< position up to which the kernel takes records for read; its own page
    std::uint64_t* producer_; ///< position up to which there are records; its own page, read only
};

/// An eventfd, for producers in user space: of this process, or of another one that has a copy of the descriptor.
class EventBell final : public Bell {
public:
    /// The error is a system error number.
    static std::expected<std::unique_ptr<EventBell>, int> create();
    /// Takes an eventfd that does not block.
    explicit EventBell(Descriptor event) : event_(std::move(event)) {}

    [[nodiscard]] int fd() const override { return event_.get(); }
    void drain() override;
    /// Any thread.
    void ring();

private:
    Descriptor event_;
};

} // namespace pfq::queue
