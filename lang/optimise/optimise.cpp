#include "lang/optimise/optimise.hpp"

namespace pfq::lang {

Pipeline optimise(Pipeline pipeline) { return sweep(pipeline); }

} // namespace pfq::lang
