// Jobs go through three stages: read (in order), evaluate (in any order, in parallel), commit (in order).
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/file/job.hpp"

namespace pfq::engine {

/// There is no thread per stage: each thread takes the most urgent work there is, so two cores are busy whatever stage
/// is the slow one, one thread needs no others, and memory is bounded by the number of jobs.
class AssemblyLine {
public:
    struct Stages {
        /// Fills the job; false at the end. Only called by the thread that calls run(), because signals interrupt it.
        std::function<bool(Job&)> read;
        std::function<void(Job&, unsigned thread)> evaluate;
        /// False stops the line; jobs behind are abandoned.
        std::function<bool(Job&)> commit;
    };

    /// `threads` from 1. More threads than one start when the input proves to be worth it.
    AssemblyLine(Stages stages, unsigned threads, std::size_t batch_capacity);
    /// Returns when everything that was read is committed, or commit said stop.
    void run();

private:
    struct Slot {
        explicit Slot(std::size_t capacity) : job(capacity) {}
        Job job;
        bool evaluated = false;
    };
    enum class Work { none, read, evaluate, commit, finished };
    static constexpr std::uint64_t small_input = 8; ///< batches that one thread does alone

    [[nodiscard]] Work choose(unsigned thread) const;
    void work(unsigned thread);
    void do_read(std::unique_lock<std::mutex>& lock);
    void do_evaluate(std::unique_lock<std::mutex>& lock, unsigned thread);
    void do_commit(std::unique_lock<std::mutex>& lock);
    Slot& slot(std::uint64_t number) { return *slots_[number % slots_.size()]; }
    [[nodiscard]] const Slot& slot(std::uint64_t number) const { return *slots_[number % slots_.size()]; }

    Stages stages_;
    unsigned threads_;
    std::vector<std::unique_ptr<Slot>> slots_;
    std::mutex mutex_; ///< for all below
    std::condition_variable changed_;
    std::uint64_t read_ = 0, taken_ = 0, committed_ = 0; ///< jobs that were read, taken for evaluation, committed
    bool committing_ = false;
    bool ended_ = false;   ///< nothing more to read
    bool stopped_ = false; ///< commit said stop
};

} // namespace pfq::engine
