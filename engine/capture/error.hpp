// What goes wrong with a capture file, in words for its user.
#pragma once
#include <cstdint>
#include <string>

namespace pfq::capture {

/// `message` is complete: it names the file and says what is wrong, where, and what to do.
struct CaptureError {
    std::string message;
    std::uint64_t offset = 0; ///< byte offset in the file, where one applies
    int code = 0;             ///< errno, when the system refused; else 0
};

} // namespace pfq::capture
