#include "engine/file/assembly_line.hpp"

#include <csignal>
#include <thread>

namespace pfq::engine {
namespace {

/// Starts a thread that gets no signals: they shall interrupt the thread that reads.
template <class Function> std::jthread start_quiet_thread(Function function) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::jthread thread(std::move(function));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

} // namespace

AssemblyLine::AssemblyLine(Stages stages, unsigned threads, std::size_t batch_capacity)
    : stages_(std::move(stages)), threads_(threads) {
    for (unsigned i = 0; i < (threads == 1 ? 1 : 3 * threads); ++i)
        slots_.push_back(std::make_unique<Slot>(batch_capacity));
}

void AssemblyLine::run() {
    std::vector<std::jthread> helpers;
    std::unique_lock lock(mutex_);
    for (Work next = choose(0); next != Work::finished; next = choose(0)) {
        if (helpers.size() + 1 < threads_ && read_ >= small_input) {
            lock.unlock();
            helpers.push_back(
                start_quiet_thread([this, number = helpers.size() + 1] { work(static_cast<unsigned>(number)); }));
            lock.lock();
            continue;
        }
        if (next == Work::read)
            do_read(lock);
        else if (next == Work::evaluate)
            do_evaluate(lock, 0);
        else if (next == Work::commit)
            do_commit(lock);
        else
            changed_.wait(lock);
    }
}

void AssemblyLine::work(unsigned thread) {
    std::unique_lock lock(mutex_);
    for (Work next = choose(thread); next != Work::finished; next = choose(thread)) {
        if (next == Work::evaluate)
            do_evaluate(lock, thread);
        else if (next == Work::commit)
            do_commit(lock);
        else
            changed_.wait(lock);
    }
}

/// What a thread should do now: finish what is begun first; the reading thread keeps one job ready for each thread.
AssemblyLine::Work AssemblyLine::choose(unsigned thread) const {
    if (!committing_ && (stopped_ || (ended_ && committed_ == read_)))
        return Work::finished;
    if (!stopped_ && !committing_ && committed_ < taken_ && slot(committed_).evaluated)
        return Work::commit;
    const bool may_read = thread == 0 && !ended_ && !stopped_ && read_ - committed_ < slots_.size();
    if (may_read && read_ - taken_ < (read_ < small_input ? 1 : threads_))
        return Work::read;
    if (!stopped_ && taken_ < read_)
        return Work::evaluate;
    return may_read ? Work::read : Work::none;
}

void AssemblyLine::do_read(std::unique_lock<std::mutex>& lock) {
    Slot& next = slot(read_);
    lock.unlock();
    const bool good = stages_.read(next.job);
    lock.lock();
    next.evaluated = false;
    if (good)
        ++read_;
    else
        ended_ = true;
    changed_.notify_all();
}

void AssemblyLine::do_evaluate(std::unique_lock<std::mutex>& lock, unsigned thread) {
    Slot& next = slot(taken_++);
    lock.unlock();
    stages_.evaluate(next.job, thread);
    lock.lock();
    next.evaluated = true;
    changed_.notify_all();
}

void AssemblyLine::do_commit(std::unique_lock<std::mutex>& lock) {
    Slot& next = slot(committed_);
    committing_ = true;
    lock.unlock();
    const bool good = stages_.commit(next.job);
    next.job.batch.release();
    lock.lock();
    committing_ = false;
    ++committed_;
    stopped_ = stopped_ || !good;
    changed_.notify_all();
}

} // namespace pfq::engine
