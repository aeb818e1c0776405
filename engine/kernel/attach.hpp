// Programs at the hooks of a device.
#pragma once
#include <cstdint>
#include <string>

#include "codegen/descriptor.hpp"
#include "engine/kernel/error.hpp"

namespace pfq::engine {

using codegen::Descriptor;

enum class Hook : std::uint8_t { xdp_native, xdp_generic, tc_in, tc_out };

/// A place where packets meet a program. The program stays there as long as any process has the attachment.
class Attachment {
public:
    /// `device` is for messages.
    [[nodiscard]] static Result<Attachment> attach(int program, unsigned ifindex, const std::string& device, Hook hook);
    /// One that another process has made, by id().
    [[nodiscard]] static Result<Attachment> open(std::uint32_t id);

    Attachment() = default; ///< none
    [[nodiscard]] explicit operator bool() const { return static_cast<bool>(descriptor_); }

    /// What finds it again; 0: none.
    [[nodiscard]] std::uint32_t id() const;
    [[nodiscard]] std::uint32_t program() const; ///< its id; 0: none
    /// Whether it still is at its device (which may be gone, or it was detached by force).
    [[nodiscard]] bool attached(unsigned ifindex, Hook hook) const;
    /// Every packet sees either the old or the new one.
    [[nodiscard]] Result<void> replace(int program) const;
    /// Ends it even if others have it.
    void detach(unsigned ifindex, Hook hook) const;

private:
    /// A link of the kernel, or where it has none for TC the slot of a stub (clsact.hpp).
    enum class Kind : std::uint8_t { link, slot };
    Attachment(Kind kind, Descriptor descriptor) : kind_(kind), descriptor_(std::move(descriptor)) {}

    Kind kind_ = Kind::link;
    Descriptor descriptor_;
};

} // namespace pfq::engine
