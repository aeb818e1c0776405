// Compiled objects kept between runs. Code from there is executed, so the folder must be ours and nobody else's.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pfq::codegen {

class Cache {
public:
    static constexpr std::size_t max_files = 256; ///< beyond, the files unused for longest are removed

    /// $XDG_CACHE_HOME/pfq or ~/.cache/pfq, made if needed. Disabled when PFQ_CACHE=off, when there is no home, or
    /// when the folder belongs to somebody else or is writable by others.
    [[nodiscard]] static Cache of_user();
    explicit Cache(std::string folder) : folder_(std::move(folder)) {} ///< empty: disabled

    [[nodiscard]] bool enabled() const { return !folder_.empty(); }
    /// `key`: letters and digits.
    [[nodiscard]] std::optional<std::string> find(const std::string& key) const;
    /// Failures to write are not errors: the next run compiles again.
    void store(const std::string& key, std::string_view content) const;

private:
    [[nodiscard]] std::string path(const std::string& key) const { return folder_ + "/" + key + ".obj"; }
    void trim() const;

    std::string folder_;
};

} // namespace pfq::codegen
