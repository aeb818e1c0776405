// Packets that flow while something else happens, and a consumer that notes what it gets of them.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "tests/unit/live/namespace.hpp"

namespace pfq::test {

/// Reads a socket in a thread of its own.
class Consumer {
public:
    explicit Consumer(queue::QueueReader& queue) : thread_([this, &queue] { read(queue); }) {}
    /// When programs deliver nothing to the socket any more: reads the rest.
    void finish() {
        last_ = true;
        thread_.join();
    }

    /// To be asked behind finish().
    [[nodiscard]] const std::vector<std::uint32_t>& numbers() const { return numbers_; }
    /// Packets that came behind a later one of their flow.
    [[nodiscard]] std::uint64_t out_of_order() const { return out_of_order_; }
    /// Records with other bytes than were sent.
    [[nodiscard]] std::uint64_t damaged() const { return damaged_; }

private:
    void read(queue::QueueReader& queue) {
        while (true) {
            const bool last = last_;
            const auto batch = queue.wait(std::chrono::milliseconds(last ? 1 : 20));
            for (const pfq_record* record : batch)
                note(*record);
            if (batch.empty() && last && queue.still_queued() == 0)
                return;
        }
    }
    void note(const pfq_record& record) try {
        const SentPacket packet = sent_packet(record);
        numbers_.push_back(packet.number);
        const auto [latest, first] = latest_.try_emplace(packet.flow, packet.number);
        if (!first && packet.number <= latest->second)
            ++out_of_order_;
        latest->second = packet.number;
    } catch (const std::runtime_error&) {
        ++damaged_;
    }

    std::vector<std::uint32_t> numbers_;
    std::map<unsigned, std::uint32_t> latest_; ///< by flow
    std::uint64_t out_of_order_ = 0, damaged_ = 0;
    std::atomic<bool> last_ = false;
    std::jthread thread_;
};

/// A test whose packets flow from one thread while another one makes changes.
class TrafficTest : public LiveTest {
protected:
    /// Sends until `work` has returned; returns how many packets. They have all been processed then.
    std::uint64_t under_traffic(const std::function<void()>& work) {
        std::atomic<bool> over = false;
        std::atomic<std::uint64_t> packets = 0;
        const auto before = received();
        std::jthread sender([&] {
            while (!over) {
                send(64);
                packets += 64;
                std::this_thread::sleep_for(std::chrono::microseconds(500)); // others need the processor, too
            }
        });
        while (packets == 0)
            std::this_thread::yield();
        work();
        over = true;
        sender.join();
        await_received(before + packets);
        return packets;
    }
};

} // namespace pfq::test
