// The verbs of pfq table. Each returns what to print.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/kernel/error.hpp"
#include "lang/pipeline/pipeline.hpp"

namespace pfq::tools {

struct TableRequest {
    std::string verb = {}, name = {};
    std::vector<std::string> words = {}; ///< entries, or the file
    std::optional<lang::TableKind> kind = {};
    std::optional<double> seconds = {};
    bool json = false;
};

/// Checked already: the verb is one of those of table.cpp, with the words that it takes.
[[nodiscard]] engine::Result<std::string> run_verb(const TableRequest& request);

} // namespace pfq::tools
