#include "engine/live/crash_point.hpp"

#ifdef PFQ_CRASH_POINTS
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace pfq::engine::live {

void crash_point(const char* name) {
    static const char* const wanted = std::getenv("PFQ_CRASH_AT");
    static int left = std::getenv("PFQ_CRASH_SKIP") != nullptr ? std::atoi(std::getenv("PFQ_CRASH_SKIP")) : 0;
    if (wanted != nullptr && std::strcmp(name, wanted) == 0 && left-- == 0)
        std::raise(SIGKILL);
}

} // namespace pfq::engine::live
#endif
