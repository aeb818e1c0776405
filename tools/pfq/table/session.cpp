#include "tools/pfq/table/session.hpp"

namespace pfq::tools {

using namespace engine::live;

engine::Result<TableSession> TableSession::open() {
    const Registry registry = Registry::find();
    auto state = registry.read();
    if (!state)
        return std::unexpected(state.error());
    if (!registry.in_use(*state))
        return std::unexpected(engine::Error{"no program runs in this network namespace, so there are no tables; start "
                                             "one with: pfq run -i DEVICE -e 'filter (in_table \"NAME\")'"});
    TableSession session;
    auto lock = registry.lock();
    if (!lock)
        return std::unexpected(lock.error());
    session.lock_ = std::move(*lock);
    state = registry.read();
    if (!state)
        return std::unexpected(state.error());
    session.state_ = std::move(*state);
    auto maps = SharedMaps::find(session.state_);
    if (!maps)
        return std::unexpected(maps.error());
    session.maps_ = std::move(*maps);
    return session;
}

} // namespace pfq::tools
