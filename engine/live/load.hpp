// Gets a program into the kernel: compiled in one form after the other until the kernel takes one.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "codegen/request.hpp"
#include "engine/kernel/object.hpp"

namespace pfq::engine::live {

/// Instructions that the kernel's verifier may look at: about half a second. How long it takes for one depends on the
/// program and on the machine: 316,000 of 16 groups took 66 ms, 954,000 of one large function 2.8 s beside other work.
inline constexpr std::uint32_t most_verified = 600'000;

struct Loaded {
    KernelObject object;
    std::string digest;         ///< of the request as it was made, whatever form was loaded
    codegen::Shape shape;       ///< that was loaded
    std::uint32_t ring_classes; ///< of the request
};

/// Compiles and loads. Maps whose names are in `maps` are those. A program that is too large in every form is refused,
/// with its size and the group that is the largest.
[[nodiscard]] Result<Loaded> load(const codegen::Request& request, const std::map<std::string, int>& maps,
                                  std::uint32_t limit = most_verified);

/// Tries the request in its own shape and then in the others, as long as the attempt fails in a way that another form
/// may not (Error::form). Returns the shape that succeeded; the error is that of the last attempt.
using Attempt = std::function<Result<void>(const codegen::Request& request)>;
[[nodiscard]] Result<codegen::Shape> try_shapes(codegen::Request request, const Attempt& attempt);

/// "the computation of group 3 (1200 of 1500 nodes)": the largest of the request.
[[nodiscard]] std::string largest_group(const codegen::Request& request);

} // namespace pfq::engine::live
