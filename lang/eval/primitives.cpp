#include "lang/eval/primitives.hpp"

#include <string_view>
#include <unordered_map>

namespace pfq::lang {

const Primitive* find_primitive(const std::string& name) {
    static const auto all = [] {
        std::unordered_map<std::string_view, const Primitive*> table;
        for (auto part :
             {number_primitives(), logic_primitives(), list_primitives(), packet_primitives(), action_primitives()})
            for (const Primitive& primitive : part)
                table.emplace(primitive.name, &primitive);
        return table;
    }();
    auto found = all.find(name);
    return found == all.end() ? nullptr : found->second;
}

} // namespace pfq::lang
