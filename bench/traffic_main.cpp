// bench-traffic FILE PACKETS: writes generated traffic as a pcap file.
#include "bench/traffic.hpp"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("usage: bench-traffic FILE PACKETS\n", stderr);
        return 2;
    }
    const auto bytes = pfq::bench::make_traffic({.packets = std::strtoull(argv[2], nullptr, 10)});
    FILE* file = std::fopen(argv[1], "wb");
    if (!file || std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size() || std::fclose(file) != 0) {
        std::perror(argv[1]);
        return 1;
    }
    return 0;
}
