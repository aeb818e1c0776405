#include "engine/file/source.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "engine/capture/link_layer.hpp"
#include "engine/contains.hpp"

namespace pfq::engine {
namespace {

constexpr std::uint16_t ethernet = 1; // LINKTYPE_ETHERNET

template <std::size_t size>
std::uint64_t big_endian(const std::array<std::uint8_t, size>& bytes, std::size_t from, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | bytes[from + i];
    return value;
}

/// Addresses of a device: those that the user gave, else those of the capture.
pfq_device_address addresses_of(const DeviceAddress* given, const capture::CaptureInterface* interface) {
    pfq_device_address address{PFQ_ABSENT, PFQ_ABSENT, PFQ_ABSENT};
    if (interface && !interface->ipv4.empty())
        address.ipv4 = big_endian(interface->ipv4.front().address, 0, 4);
    if (interface && !interface->ipv6.empty()) {
        address.ipv6_high = big_endian(interface->ipv6.front().address, 0, 8);
        address.ipv6_low = big_endian(interface->ipv6.front().address, 8, 8);
    }
    if (given && given->ipv4)
        address.ipv4 = *given->ipv4;
    if (given && given->ipv6) {
        address.ipv6_high = given->ipv6->high;
        address.ipv6_low = given->ipv6->low;
    }
    return address;
}

} // namespace

OpenInputs open_early(const std::vector<std::string>& paths) {
    OpenInputs inputs(paths.size());
    std::error_code error;
    for (std::size_t i = 0; i < paths.size(); ++i)
        if (paths[i] != "-" && std::filesystem::is_regular_file(paths[i], error))
            if (auto reader = capture::CaptureReader::open(paths[i]))
                inputs[i] = std::move(*reader);
    return inputs;
}

std::expected<std::unique_ptr<Source>, std::string> Source::open(const FilePlan& plan, OpenInputs inputs) {
    std::unique_ptr<Source> source(new Source(plan));
    inputs.resize(plan.inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i])
            continue;
        auto reader = capture::CaptureReader::open(plan.inputs[i]);
        if (!reader)
            return std::unexpected(reader.error().message);
        inputs[i] = std::move(*reader);
    }
    source->reader_ = std::make_unique<capture::MergedReader>(std::move(inputs));
    source->numbers_.resize(plan.inputs.size());
    for (const ForwardPlan& forward : plan.forwards)
        source->devices_.emplace(forward.name, source->devices_.size());
    source->address_count_ = plan.forwards.size();
    source->renew_addresses();
    std::fill_n(source->addresses_.get(), source->address_count_, addresses_of(nullptr, nullptr));
    if (auto learned = source->learn(); !learned)
        return std::unexpected(learned.error());
    return source;
}

std::optional<std::uint64_t> Source::size() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < reader_->inputs(); ++i) {
        const auto size = reader_->input(i).size();
        if (!size)
            return std::nullopt;
        sum += *size;
    }
    return sum;
}

const capture::CaptureInterface& Source::interface(std::size_t number) const {
    const std::lock_guard guard(mutex_);
    return *interfaces_[number];
}

std::expected<void, std::string> Source::learn() {
    for (std::size_t input = 0; input < numbers_.size(); ++input) {
        const auto& interfaces = reader_->input(input).interfaces();
        while (numbers_[input].size() < interfaces.size()) {
            const auto& interface = interfaces[numbers_[input].size()];
            if (auto learned = learn_link(interface); !learned)
                return learned;
            learn_device(input, interface);
            const std::lock_guard guard(mutex_);
            interfaces_.push_back(&interface);
        }
    }
    return {};
}

std::expected<void, std::string> Source::learn_link(const capture::CaptureInterface& interface) {
    if (contains(*links_, interface.link_type, &LinkInfo::link_type))
        return {};
    LinkInfo info{
        interface.link_type, capture::find_link_layer(interface.link_type), interface.link_type == ethernet, {}};
    for (const GroupPlan& group : plan_.groups) {
        info.filters.emplace_back();
        if (group.filter.empty() || info.layer == nullptr)
            continue;
        auto filter = BerkeleyFilter::compile(group.filter, interface.link_type);
        if (!filter)
            return std::unexpected(
                fmt::format("{} (link type {})", filter.error(), capture::link_type_text(interface.link_type)));
        info.filters.back() = std::move(*filter);
    }
    // Batches in flight keep the table that they were read with.
    auto links = std::make_shared<LinkInfos>(*links_);
    links->push_back(std::move(info));
    links_ = std::move(links);
    return {};
}

void Source::learn_device(std::size_t input, const capture::CaptureInterface& interface) {
    const std::string& name = interface.name.empty() ? plan_.inputs[input] : interface.name;
    const auto [device, is_new] = devices_.emplace(name, devices_.size());
    if (interfaces_.empty())
        first_device_ = device->second;
    const bool is_target = device->second < plan_.forwards.size();
    numbers_[input].push_back({device->second, static_cast<std::uint16_t>(interfaces_.size())});
    if (!is_new && !is_target)
        return;
    const auto given = plan_.addresses.find(name);
    const auto address = addresses_of(given == plan_.addresses.end() ? nullptr : &given->second, &interface);
    if (is_target || address_count_ == address_capacity_)
        renew_addresses();
    addresses_[is_target ? device->second : address_count_++] = address;
}

/// Batches in flight keep the addresses that they were read with: what they can see must not change.
void Source::renew_addresses() {
    address_capacity_ = std::max<std::size_t>(16, address_count_ * 2);
    std::shared_ptr<pfq_device_address[]> larger(new pfq_device_address[address_capacity_]);
    if (addresses_)
        std::copy_n(addresses_.get(), address_count_, larger.get());
    addresses_ = std::move(larger);
}

SourceStatus Source::read(Job& job) {
    if (!error_.empty())
        return SourceStatus::failed;
    if (reader_->read(job.batch) == 0)
        return reader_->ended() ? SourceStatus::ended : SourceStatus::interrupted;
    if (auto learned = learn(); !learned) {
        error_ = learned.error();
        return SourceStatus::failed;
    }
    job.first = next_;
    next_ += job.batch.size();
    job.links = links_;
    job.addresses = addresses_;
    job.interfaces = interfaces_.size();
    job.position = 0;
    for (std::size_t i = 0; i < reader_->inputs(); ++i)
        job.position += reader_->input(i).position();
    number_packets(job);
    return SourceStatus::packets;
}

void Source::number_packets(Job& job) const {
    job.devices.clear();
    job.outputs.clear();
    job.device = first_device_;
    if (interfaces_.size() == 1)
        return;
    for (const capture::Packet& packet : job.batch.packets()) {
        const Numbers& numbers = numbers_[packet.device][packet.interface];
        job.devices.push_back(numbers.device);
        job.outputs.push_back(numbers.output);
    }
}

} // namespace pfq::engine
