#include "tests/stress/queue_model.hpp"
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <unordered_set>

namespace pfq::queue::model {
namespace {

using Byte = std::uint8_t;
constexpr Byte room = 2; ///< records of a ring
constexpr std::size_t max_rings = 2, max_waiting = 8;

/// Places of the shared memory.
enum Place : Byte { produced, consumed, armed, slots, ring_places = slots + room };
constexpr Byte rung = max_rings * ring_places, heard = rung + 1, places = heard + 1; ///< of the bell
constexpr Byte of(std::size_t ring, unsigned place) {
    return static_cast<Byte>(ring * ring_places + place);
}
using Memory = std::array<Byte, places>;

/// The stores of a thread that no other thread sees yet.
struct StoreQueue {
    struct Store {
        Byte place, value;
    };
    Byte count;
    std::array<Store, max_waiting> stores;

    void put(Byte place, Byte value) { stores[count++] = {place, value}; }
    [[nodiscard]] Byte load(const Memory& memory, Byte place) const {
        for (std::size_t i = count; i-- > 0;)
            if (stores[i].place == place)
                return stores[i].value;
        return memory[place];
    }
    void commit_first(Memory& memory) {
        memory[stores[0].place] = stores[0].value;
        for (std::size_t i = 1; i < count; ++i)
            stores[i - 1] = stores[i];
        stores[--count] = {};
    }
};

enum class Produce : Byte { admit, write, publish, look, clear, ring, end };
enum class Consume : Byte { release, look, take, use, used, drain, drained, arm, fence, recheck, late_drain, sleep };

/// Indices count records. A record's content is its index + 1.
struct Producer {
    Produce step;
    Byte left, produced, consumed, dropped, saw_armed;
    StoreQueue queue;
};
struct Consumer {
    Consume step;
    Byte ring; ///< the step goes over the rings
    Byte idle_wakes, saw_rung, found;
    Byte event; ///< its own: readable
    std::array<Byte, max_rings> position, released, seen;
    StoreQueue queue;
};
/// Bytes only, without gaps: compared and hashed as such.
struct State {
    Memory memory;
    std::array<Producer, max_rings> producers;
    Consumer consumer;

    bool operator==(const State& other) const { return std::memcmp(this, &other, sizeof *this) == 0; }
};
static_assert(std::has_unique_object_representations_v<State>);

struct Hash {
    std::size_t operator()(const State& state) const {
        return std::hash<std::string_view>{}({reinterpret_cast<const char*>(&state), sizeof state});
    }
};

class Explorer {
public:
    explicit Explorer(const Setting& setting) : setting_(setting) {}

    Outcome run() {
        State first{};
        for (std::size_t ring = 0; ring < setting_.rings; ++ring)
            first.producers[ring].left = static_cast<Byte>(setting_.records);
        for (std::size_t ring = setting_.rings; ring < max_rings; ++ring)
            first.producers[ring].step = Produce::end;
        first.consumer.idle_wakes = static_cast<Byte>(setting_.idle_wakes);
        first.consumer.event = 1; // of the rings that were added
        visit(first);
        while (!open_.empty() && outcome_.violation.empty()) {
            const State state = open_.back();
            open_.pop_back();
            expand(state);
        }
        outcome_.states = known_.size();
        return outcome_;
    }

private:
    [[nodiscard]] bool has(Fault fault) const { return setting_.fault == fault; }
    void visit(const State& state) {
        if (known_.insert(state).second)
            open_.push_back(state);
    }
    void violated(std::string what) { outcome_.violation = std::move(what); }

    void expand(const State& state) {
        const std::size_t before = moves_;
        for (std::size_t ring = 0; ring < setting_.rings; ++ring) {
            State next = state;
            if (produce(next, ring))
                move(next);
            if (state.producers[ring].queue.count != 0) {
                next = state;
                next.producers[ring].queue.commit_first(next.memory);
                move(next);
            }
        }
        State next = state;
        if (consume(next))
            move(next);
        if (state.consumer.queue.count != 0) {
            next = state;
            next.consumer.queue.commit_first(next.memory);
            move(next);
        }
        if (state.consumer.step == Consume::used) {
            next = state;
            next.consumer.step = Consume::sleep;
            move(next);
        }
        if (state.consumer.step == Consume::sleep && state.consumer.idle_wakes != 0) {
            next = state;
            --next.consumer.idle_wakes;
            next.consumer.step = Consume::release;
            visit(next); // no move: it may as well sleep for ever
        }
        if (moves_ == before)
            check_end(state);
    }
    void move(const State& next) {
        ++moves_;
        visit(next);
    }

    /// Everybody is done or sleeps.
    void check_end(const State& state) {
        for (std::size_t ring = 0; ring < setting_.rings; ++ring) {
            const Producer& producer = state.producers[ring];
            if (state.consumer.position[ring] != producer.produced)
                violated("lost wake-up: the reader sleeps, and there are records");
            if (producer.produced + producer.dropped != setting_.records)
                violated("law: offered is not queued + queue_full");
        }
    }

    /// One step of a producer; false when it can do none.
    bool produce(State& state, std::size_t ring) {
        Producer& me = state.producers[ring];
        switch (me.step) {
        case Produce::admit:
            if (me.left == 0) {
                me.step = Produce::end;
                return true;
            }
            if (me.produced - me.consumed >= room && !has(Fault::ignore_consumed))
                me.consumed = me.queue.load(state.memory, of(ring, consumed));
            if (me.produced - me.consumed >= room && !has(Fault::ignore_consumed)) {
                ++me.dropped;
                --me.left;
            } else {
                me.step = has(Fault::look_before_publish)    ? Produce::look
                          : has(Fault::publish_before_write) ? Produce::publish
                                                             : Produce::write;
            }
            return true;
        case Produce::write:
            me.queue.put(of(ring, slots + me.produced % room), static_cast<Byte>(me.produced + 1));
            if (has(Fault::publish_before_write))
                finish_publication(me);
            else
                me.step = Produce::publish;
            return true;
        case Produce::publish:
            if (!publish(state, ring, me))
                return false;
            if (has(Fault::publish_before_write))
                me.step = Produce::write;
            else
                finish_publication(me);
            return true;
        case Produce::look:
            me.saw_armed = me.queue.load(state.memory, of(ring, armed));
            if (has(Fault::look_before_publish))
                me.step = Produce::write;
            else
                go_on(me);
            return true;
        case Produce::clear:
            me.queue.put(of(ring, armed), 0);
            if (has(Fault::ring_before_clear))
                next_record(me);
            else
                me.step = Produce::ring;
            return true;
        case Produce::ring:
            if (me.queue.count != 0) // ringing is a locked operation
                return false;
            ++state.memory[rung];
            if (has(Fault::ring_before_clear))
                me.step = Produce::clear;
            else
                next_record(me);
            return true;
        case Produce::end:
            return false;
        }
        return false;
    }
    bool publish(State& state, std::size_t ring, Producer& me) const {
        const auto index = static_cast<Byte>(me.produced + 1);
        if (has(Fault::plain_publish)) {
            me.queue.put(of(ring, produced), index);
            return true;
        }
        if (me.queue.count != 0) // an exchange is done when everything before it is visible
            return false;
        state.memory[of(ring, produced)] = index;
        return true;
    }
    void finish_publication(Producer& me) const {
        ++me.produced;
        if (has(Fault::look_before_publish))
            go_on(me);
        else
            me.step = Produce::look;
    }
    void go_on(Producer& me) const {
        if (me.saw_armed == 0)
            next_record(me);
        else
            me.step = has(Fault::ring_before_clear) ? Produce::ring : Produce::clear;
    }
    static void next_record(Producer& me) {
        me.saw_armed = 0;
        --me.left;
        me.step = Produce::admit;
    }

    /// One step of the reader; false when it can do none.
    bool consume(State& state) {
        Consumer& me = state.consumer;
        const Byte ring = me.ring;
        switch (me.step) {
        case Consume::release:
            if (me.position[ring] != me.released[ring] && !has(Fault::release_before_use))
                me.queue.put(of(ring, consumed), me.position[ring]);
            me.released[ring] = me.position[ring];
            next_ring(me, Consume::look);
            return true;
        case Consume::look:
            me.seen[ring] = me.queue.load(state.memory, of(ring, produced));
            next_ring(me, Consume::take);
            return true;
        case Consume::take:
            if (me.position[ring] != me.seen[ring] && me.found < setting_.batch) {
                check_record(state, ring, me.position[ring]++);
                ++me.found;
                if (has(Fault::release_before_use))
                    me.queue.put(of(ring, consumed), me.position[ring]);
            } else if (next_ring(me, Consume::drain) && me.found) {
                me.step = Consume::use;
            }
            return true;
        case Consume::use: // the application looks at its batch again
            for (Byte index = me.released[ring]; index != me.position[ring]; ++index)
                check_record(state, ring, index);
            me.found = 0;
            next_ring(me, Consume::used);
            return true;
        case Consume::used: // or it goes to sleep
            me.step = Consume::release;
            return true;
        case Consume::drain:
            me.event = 0;
            me.saw_rung = me.queue.load(state.memory, rung);
            me.step = has(Fault::drain_after_recheck) ? Consume::arm : Consume::drained;
            return true;
        case Consume::drained:
            me.queue.put(heard, me.saw_rung);
            me.saw_rung = 0;
            me.step = Consume::arm;
            return true;
        case Consume::arm:
            if (me.queue.load(state.memory, of(ring, armed)) == 0)
                me.queue.put(of(ring, armed), 1);
            next_ring(me, Consume::fence);
            return true;
        case Consume::fence:
            if (me.queue.count != 0 && !has(Fault::no_fence))
                return false;
            me.step = has(Fault::skip_recheck) ? Consume::sleep : Consume::recheck;
            return true;
        case Consume::recheck:
            if (me.queue.load(state.memory, of(ring, produced)) != me.seen[ring]) {
                me.ring = 0;
                me.event = !has(Fault::forget_event); // set by the read that returns the record
                me.step = Consume::look;
            } else {
                next_ring(me, has(Fault::drain_after_recheck) ? Consume::late_drain : Consume::sleep);
            }
            return true;
        case Consume::late_drain:
            me.queue.put(heard, me.queue.load(state.memory, rung));
            me.step = Consume::sleep;
            return true;
        case Consume::sleep: // ends when the descriptor is readable
            if (me.queue.count != 0 || (state.memory[rung] == state.memory[heard] && !me.event))
                return false;
            me.step = Consume::release;
            return true;
        }
        return false;
    }
    /// True: it was the last one, and the next step follows.
    bool next_ring(Consumer& me, Consume next) const {
        if (++me.ring < setting_.rings)
            return false;
        me.ring = 0;
        me.step = next;
        return true;
    }
    void check_record(const State& state, std::size_t ring, Byte index) {
        const Byte content = state.memory[of(ring, slots + index % room)];
        if (content != index + 1)
            violated(content > index + 1 ? "a record that is in use was overwritten"
                                         : "a record was read before it was written");
    }

    const Setting setting_;
    std::unordered_set<State, Hash> known_;
    std::vector<State> open_;
    std::size_t moves_ = 0;
    Outcome outcome_;
};

} // namespace

Outcome explore(const Setting& setting) {
    return Explorer(setting).run();
}

} // namespace pfq::queue::model
