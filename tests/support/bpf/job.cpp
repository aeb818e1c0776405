#include "tests/support/bpf/job.hpp"
#include <istream>
#include <ostream>

namespace pfq::test {

namespace {

constexpr std::uint32_t job_magic = 0x6a716670; // "pfqj"
constexpr std::uint32_t most = 1U << 30U;       // bytes or elements of anything

/// One description of the layout serves both directions: `Archive::value` writes or reads numbers, as this machine has
/// them.
template <class Archive> void transfer(Archive& archive, lang::TableKey& key) {
    archive.values(key.high, key.low, key.high2, key.low2, key.port, key.port2, key.protocol, key.ipv6);
}
template <class Archive> void transfer(Archive& archive, BpfTableEntry& entry) {
    archive.values(entry.table, entry.kind, entry.prefix_length);
    transfer(archive, entry.key);
}
template <class Archive> void transfer(Archive& archive, BpfJob::Device& device) {
    archive.values(device.group, device.number, device.index);
}
template <class Archive> void transfer(Archive& archive, TestPacket& packet) {
    archive.list(packet.bytes);
    archive.values(packet.length, packet.ethernet, packet.l3_offset, packet.ethertype, packet.device, packet.queue,
                   packet.sequence, packet.time, packet.mark, packet.device_address, packet.device_address6_high,
                   packet.device_address6_low);
}
template <class Archive> void transfer(Archive& archive, BpfEvent& event) {
    archive.values(event.kind, event.message, event.mark, event.state, event.fanout, event.class_mask);
}
template <class Archive> void transfer(Archive& archive, BpfOutcome& outcome) {
    auto& v = outcome.verdict;
    archive.values(v.fanout, v.to_kernel, v.dropped_by, v.class_mask, v.key1, v.key2, v.mark, v.state, v.slice,
                   v.forward);
    for (std::uint64_t& counter : outcome.counters)
        archive.values(counter);
    archive.list(outcome.events);
}
template <class Archive> void transfer(Archive& archive, BpfJob::Packet& packet) {
    transfer(archive, packet.packet);
    archive.list(packet.expected);
}
template <class Archive> void transfer(Archive& archive, std::string& text) {
    archive.list(text);
}
template <class Archive> void transfer(Archive& archive, BpfJob& job) {
    archive.list(job.name);
    archive.values(job.hook);
    archive.list(job.object);
    archive.list(job.groups);
    archive.list(job.devices);
    archive.list(job.tables);
    archive.list(job.packets);
}

class Writer {
public:
    explicit Writer(std::ostream& out) : out_(out) {}
    template <class... Values> void values(const Values&... values) {
        (out_.write(reinterpret_cast<const char*>(&values), sizeof values), ...);
    }
    template <class List> void list(List& list) {
        values(static_cast<std::uint32_t>(list.size()));
        for (auto& element : list)
            if constexpr (sizeof element == 1)
                values(element);
            else
                transfer(*this, element);
    }

private:
    std::ostream& out_;
};

class Reader {
public:
    explicit Reader(std::istream& in) : in_(in) {}
    template <class... Values> void values(Values&... values) {
        (in_.read(reinterpret_cast<char*>(&values), sizeof values), ...);
        if (!in_)
            throw std::runtime_error("the file of jobs ends within one");
    }
    template <class List> void list(List& list) {
        std::uint32_t size = 0;
        values(size);
        if (size > most)
            throw std::runtime_error("the file of jobs is damaged");
        list.resize(size);
        for (auto& element : list)
            if constexpr (sizeof element == 1)
                values(element);
            else
                transfer(*this, element);
    }

private:
    std::istream& in_;
};

} // namespace

std::unique_ptr<BpfObject> load(const BpfJob& job) {
    auto object = std::make_unique<BpfObject>(job.object, job.hook, job.groups.size());
    for (const auto& device : job.devices)
        object->set_device(device.group, device.number, device.index);
    for (const BpfTableEntry& entry : job.tables)
        object->add(entry);
    return object;
}

JobResult run(const BpfJob& job, BpfObject& object) {
    JobResult result;
    std::vector<bool> wrong(job.groups.size());
    for (const auto& [packet, expected] : job.packets) {
        const auto said = object.run(packet);
        if (!said) {
            ++result.refused;
            continue;
        }
        ++result.ran;
        for (std::size_t group = 0; group < said->size(); ++group) {
            if (wrong[group] || (*said)[group] == expected[group])
                continue;
            wrong[group] = true;
            result.faults.push_back(job.name + ", " + pfq::test::name(job.hook) + ", group " + std::to_string(group) +
                                    ":\n" + job.groups[group] + "\npacket   " + describe(packet) + "\nexpected " +
                                    show(expected[group]) + "\ngot      " + show((*said)[group]));
        }
    }
    return result;
}

void write(std::ostream& out, const BpfJob& job) {
    Writer writer(out);
    writer.values(job_magic);
    BpfJob copy = job; // transfer() serves reading too, so it wants one that can change
    transfer(writer, copy);
}

bool read(std::istream& in, BpfJob& job) {
    if (in.peek() == std::istream::traits_type::eof())
        return false;
    Reader reader(in);
    std::uint32_t magic = 0;
    reader.values(magic);
    if (magic != job_magic)
        throw std::runtime_error("this is not a file of jobs");
    transfer(reader, job);
    return true;
}

} // namespace pfq::test
