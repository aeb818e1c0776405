// Makes a reader's descriptor readable from inside of the process.
#pragma once
#include "codegen/descriptor.hpp"
#include <atomic>
#include <expected>

namespace pfq::queue {

/// An eventfd that costs no system call to look at.
class Event {
public:
    /// The error is a system error number.
    static std::expected<Event, int> create();
    Event(Event&& other) noexcept : descriptor_(std::move(other.descriptor_)) {} // before other threads know it

    [[nodiscard]] int fd() const { return descriptor_.get(); }
    /// Any thread. What the caller stored before is visible to the reader after the clear() that takes this away.
    void raise();
    /// The reader's thread. May miss what another thread raises at this moment, which is then still readable.
    void clear();

private:
    explicit Event(codegen::Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    codegen::Descriptor descriptor_;
    std::atomic<bool> raised_ = false;
};

} // namespace pfq::queue
