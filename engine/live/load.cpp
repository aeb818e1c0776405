#include "engine/live/load.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <optional>

#include "engine/live/program.hpp"

namespace pfq::engine::live {

namespace {

/// The one that costs the verifier least comes right behind the fastest.
constexpr std::array all_shapes{codegen::Shape::automatic, codegen::Shape::stored, codegen::Shape::outlined,
                                codegen::Shape::inlined};

std::uint32_t number_of(const codegen::Request& request, std::size_t group) {
    return request.numbers.empty() ? static_cast<std::uint32_t>(group) : request.numbers[group];
}

/// Loads, unless verification was so long that it would hold up the device's other users.
Result<KernelObject> load_in_time(const std::string& object, const std::map<std::string, int>& maps, bool multi_buffer,
                                  std::uint32_t limit) {
    const auto start = std::chrono::steady_clock::now();
    auto loaded = KernelObject::load(object, maps, multi_buffer);
    const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - start;
    if (!loaded)
        return loaded;
    const std::uint32_t verified = verified_instructions(loaded->program());
    if (verified > limit)
        return std::unexpected(Error{.text = fmt::format("the kernel verified {} instructions in {:.0f} ms; the limit "
                                                         "is {}",
                                                         verified, passed.count(), limit),
                                     .rejected = true,
                                     .form = true});
    return loaded;
}

} // namespace

std::string largest_group(const codegen::Request& request) {
    std::size_t largest = 0, nodes = 0;
    for (std::size_t i = 0; i < request.groups.size(); ++i) {
        nodes += request.groups[i].nodes.size();
        if (request.groups[i].nodes.size() > request.groups[largest].nodes.size())
            largest = i;
    }
    return request.groups.empty()
               ? "no group"
               : fmt::format("the computation of group {} ({} of {} nodes)", number_of(request, largest),
                             request.groups[largest].nodes.size(), nodes);
}

Result<codegen::Shape> try_shapes(codegen::Request request, const Attempt& attempt) {
    std::vector<codegen::Shape> shapes{request.shape};
    std::ranges::copy_if(all_shapes, std::back_inserter(shapes),
                         [&](codegen::Shape shape) { return shape != request.shape; });
    std::optional<Error> last;
    for (const codegen::Shape shape : shapes) {
        request.shape = shape;
        auto done = attempt(request);
        if (done)
            return shape;
        const bool again = done.error().form;
        last = std::move(done.error());
        if (!again)
            break;
    }
    return std::unexpected(std::move(*last));
}

Result<Loaded> load(const codegen::Request& request, const std::map<std::string, int>& maps, std::uint32_t limit) {
    std::optional<KernelObject> object;
    const auto shape = try_shapes(request, [&](const codegen::Request& form) -> Result<void> {
        const auto compiled = compile_object(form);
        if (!compiled)
            return std::unexpected(compiled.error());
        auto loaded = load_in_time(*compiled, maps, form.multi_buffer, limit);
        if (!loaded)
            return std::unexpected(std::move(loaded.error()));
        object.emplace(std::move(*loaded));
        return {};
    });
    if (shape)
        return Loaded{std::move(*object), digest_of(request), *shape, request.ring_classes};
    Error error = shape.error();
    if (error.form)
        error.text = fmt::format("this program is too large for the kernel in every form: {}. The largest part is {}: "
                                 "make it shorter{}",
                                 error.text, largest_group(request),
                                 request.groups.size() > 1 ? ", or bind some of the groups to other devices" : "");
    return std::unexpected(std::move(error));
}

} // namespace pfq::engine::live
