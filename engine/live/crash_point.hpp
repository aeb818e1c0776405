// Named points at which a process can be made to die, so that tests can show that nobody else suffers. In builds with
// PFQ_CRASH_POINTS only; PFQ_CRASH_AT names the point, PFQ_CRASH_SKIP how often it is passed before.
#pragma once

namespace pfq::engine::live {

#ifdef PFQ_CRASH_POINTS
/// Kills this process, as kill -9 would, if PFQ_CRASH_AT is this name.
void crash_point(const char* name);
#else
inline void crash_point(const char*) {}
#endif

} // namespace pfq::engine::live
