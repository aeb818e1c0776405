// A network namespace of the test process with one pair of devices, and packets through it.
#pragma once
#include <cstdint>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "engine/live/engine.hpp"
#include "lang/pipeline/pipeline.hpp"

namespace pfq::test {

/// What a program compiles to; the program must be sound.
lang::Pipeline pipeline(const std::string& program);

/// `out0` sends, `in0` receives; both are in a namespace that this process enters, with a registry of its own.
class LiveTest : public testing::Test {
protected:
    /// Needs root: else says so and skips.
    void SetUp() override;
    void TearDown() override;

    /// Sends UDP packets of 64 bytes, number i with source port 1000 + i % flows and i in its payload; numbers begin at
    /// 0 and go on from call to call.
    void send(unsigned count, unsigned flows = 16);
    /// Packets that in0 has received, by the device's own counter.
    [[nodiscard]] std::uint64_t received() const;
    /// Waits until in0 has received so many.
    void await_received(std::uint64_t count) const;

private:
    std::filesystem::path registry_;
    int socket_ = -1;
    std::uint32_t next_ = 0;
};

/// What send() wrote into a packet.
struct SentPacket {
    std::uint32_t number;
    unsigned flow; ///< source port
};
/// All other bytes must be as they were sent.
SentPacket sent_packet(const pfq_record& record);

/// The value, or a failure with the error's text.
template <class T> T must(engine::Result<T> result) {
    if (!result)
        throw std::runtime_error(result.error().text);
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

} // namespace pfq::test
