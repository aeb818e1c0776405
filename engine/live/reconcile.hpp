// From what should be to what is: steering tables, forward targets, programs of devices.
#pragma once
#include <map>
#include <span>
#include <utility>

#include "engine/kernel/attach.hpp"
#include "engine/live/maps.hpp"
#include "engine/live/state.hpp"

namespace pfq::engine::live {

/// Attachments that this process holds: while anybody holds one, the program stays at its device.
struct Links {
    std::map<std::pair<unsigned, Direction>, Attachment> programs; ///< by device and direction
    std::map<unsigned, Attachment> executors;                      ///< of orders (datapath/execute.c), by device
};

/// New entries of a table of this name and kind, as a map.
struct TableContents {
    std::string name;
    lang::TableKind kind;
    Descriptor map;
};

/// Makes the kernel agree with the state, and completes the state with what the kernel gave (ids, modes, reasons). Part
/// of a transaction: the registry is locked.
class Reconciler {
public:
    Reconciler(State& state, SharedMaps& maps, Links& links, std::span<const TableContents> contents = {})
        : state_(state), maps_(maps), links_(links), contents_(contents) {}

    [[nodiscard]] Result<void> run();

private:
    [[nodiscard]] Result<void> settle_targets(const std::vector<Target>& fresh);
    [[nodiscard]] Result<void> settle_tables(const std::vector<Table>& fresh);
    [[nodiscard]] Result<void> replace_tables();
    [[nodiscard]] Result<void> drop_tables();
    [[nodiscard]] Result<void> settle_group(Group& group);
    [[nodiscard]] Result<void> settle_masks(Group& group);
    [[nodiscard]] std::uint32_t known_ring_classes(const Group& group) const;
    [[nodiscard]] Result<void> settle_steerings(Group& group, std::uint32_t ring_classes);
    [[nodiscard]] Result<void> settle_steering(const Group& group, MaskSteering& steering, std::uint32_t ring_classes);
    [[nodiscard]] Result<std::uint32_t> free_pair() const;
    void drop_devices();
    [[nodiscard]] Result<void> settle_devices();
    [[nodiscard]] Result<void> settle_device(Device& device);
    [[nodiscard]] Result<void> swap_program(Device& device);
    [[nodiscard]] Result<void> attach_program(Device& device);
    [[nodiscard]] Result<void> attach_as(Device& device, Mode mode);
    [[nodiscard]] Result<void> settle_executor(Device& device);
    [[nodiscard]] const Attachment* link_of(const Device& device);

    State& state_;
    SharedMaps& maps_;
    Links& links_;
    std::span<const TableContents> contents_; ///< of tables that are to be replaced
};

/// Opens the attachments of devices that `member` has groups at and does not hold yet; closes those it needs no more.
void hold_links(const State& state, const std::string& member, Links& links);

} // namespace pfq::engine::live
