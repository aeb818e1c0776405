#include "tests/property/kernel_group.hpp"
#include "tests/support/random_packet.hpp"
#include "tests/unit/codegen/run.hpp"

namespace pfq::test {

std::vector<TestPacket> runnable_packets(std::uint64_t seed, std::size_t count) {
    RandomPackets random(seed);
    std::vector<TestPacket> all;
    while (all.size() < count) {
        auto packet = random.next();
        packet.length = static_cast<std::uint32_t>(packet.bytes.size());
        if (runnable(packet))
            all.push_back(std::move(packet));
    }
    return all;
}

BpfGroup make_group(std::string program, lang::Pipeline pipeline, const std::vector<TestPacket>& packets) {
    BpfGroup group;
    group.program = std::move(program);
    for (unsigned i = 0; i < pipeline.devices.size(); ++i)
        group.devices.push_back(i + 1);
    group.pipeline = std::move(pipeline);
    group.holds = table_holds;
    group.tables = entries_asked_for(group, packets);
    return group;
}

} // namespace pfq::test
