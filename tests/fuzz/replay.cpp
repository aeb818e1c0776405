// Runs a fuzz target without libFuzzer: once for each file of the command line, and for prefixes of it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "no seeds\n");
        return 1;
    }
    for (int i = 1; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
        if (!file || bytes.empty()) {
            std::fprintf(stderr, "cannot read '%s'\n", argv[i]);
            return 1;
        }
        const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
        const std::size_t step = bytes.size() < 20'000 ? 97 : bytes.size() / 50;
        for (std::size_t size = 0; size < bytes.size(); size += step)
            LLVMFuzzerTestOneInput(data, size);
        LLVMFuzzerTestOneInput(data, bytes.size());
    }
}
