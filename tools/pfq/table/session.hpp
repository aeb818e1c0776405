// What a verb of pfq table works on.
#pragma once
#include "engine/live/registry.hpp"
#include "engine/live/table.hpp"

namespace pfq::tools {

/// The registry, locked, so that no table is replaced or goes meanwhile.
class TableSession {
public:
    [[nodiscard]] static engine::Result<TableSession> open();

    [[nodiscard]] const engine::live::State& state() const { return state_; }
    [[nodiscard]] const engine::live::SharedMaps& maps() const { return *maps_; }

private:
    engine::Descriptor lock_;
    engine::live::State state_;
    std::optional<engine::live::SharedMaps> maps_;
};

} // namespace pfq::tools
