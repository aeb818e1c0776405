// tcpdump, which prints the packets that it gets through a pipe.
#pragma once
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

#include "codegen/descriptor.hpp"

namespace pfq::tools {

class Printer {
public:
    /// Starts it. The error is complete.
    [[nodiscard]] static std::expected<std::unique_ptr<Printer>, std::string>
    start(const std::vector<std::string>& flags, const std::optional<std::string>& user);
    ~Printer() { (void)finish(); }
    Printer(const Printer&) = delete;
    Printer& operator=(const Printer&) = delete;

    /// Where a capture file is to be written to.
    [[nodiscard]] int fd() const { return pipe_.get(); }
    /// It has ended by itself, or the reader of its output has.
    [[nodiscard]] bool gone() const;
    /// Waits until everything is printed. Returns an error text, empty when all is well.
    [[nodiscard]] std::string finish();

private:
    Printer() = default;
    void relay(int errors);

    codegen::Descriptor pipe_;
    pid_t process_ = -1;
    std::jthread messages_;
};

/// Whether nobody reads from a pipe any more.
[[nodiscard]] bool reader_has_gone(int fd);

} // namespace pfq::tools
