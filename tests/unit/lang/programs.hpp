// Programs with every form of the language, for tests that take each of them apart.
#pragma once
#include <string>
#include <vector>

namespace pfq::lang {

[[nodiscard]] const std::vector<std::string>& test_programs();

} // namespace pfq::lang
