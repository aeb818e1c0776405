#include "lang/optimise/optimise.hpp"

#include "lang/optimise/passes.hpp"

namespace pfq::lang {

Pipeline optimise(Pipeline pipeline) {
    pipeline = sweep(pipeline); // work only on what is needed
    try {
        collect_sets(pipeline);
        remove_implied(pipeline);
    } catch (TooManyNodes&) {
        // The pipeline is right as it stands at every moment; it only stays bigger.
    }
    return sweep(pipeline);
}

} // namespace pfq::lang
