// Standard headers that most sources include, compiled once per target: halves the time of a build. Sources include
// what they use all the same (PFQ_PRECOMPILE=OFF builds too).
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
