#include "bench/hand/packet.hpp"

namespace hand {
namespace {

bool is_tag(unsigned type) {
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

void find_ip4(const std::uint8_t* at, Headers& headers) {
    if (headers.end - at < 20 || at[0] < 0x45 || at[0] > 0x4f)
        return;
    headers.ip = at;
    headers.version = 4;
    headers.protocol = at[9];
    if ((load16(at + 6) & 0x1fff) == 0)
        headers.transport = at + (at[0] & 15) * 4;
}

void find_ip6(const std::uint8_t* at, Headers& headers) {
    if (headers.end - at < 40 || at[0] >> 4 != 6)
        return;
    headers.ip = at;
    headers.version = 6;
    unsigned next = at[6];
    at += 40;
    for (int extensions = 0; extensions <= 8; ++extensions) {
        const bool is_fragment = next == 44;
        const bool is_extension = next == 0 || next == 43 || is_fragment || next == 51 || next == 60 || next == 135 ||
                                  next == 139 || next == 140;
        if (!is_extension) {
            headers.protocol = next;
            headers.transport = at;
            return;
        }
        if (extensions == 8 || headers.end - at < (is_fragment ? 8 : 2))
            return;
        if (is_fragment && load16(at + 2) >> 3 != 0) {
            headers.protocol = at[0];
            return;
        }
        const unsigned size = is_fragment ? 8 : 8 + (next == 51 ? 4 : 8) * at[1];
        next = at[0];
        at += size;
    }
}

} // namespace

[[gnu::noinline]] Headers find_headers_slowly(const Frame& frame) {
    Headers headers;
    headers.end = frame.data + frame.captured;
    if (frame.captured < 14)
        return headers;
    const std::uint8_t* at = frame.data + 14;
    unsigned type = load16(at - 2);
    for (int tags = 0; tags < 4 && is_tag(type) && headers.end - at >= 4; ++tags, at += 4)
        type = load16(at + 2);
    if (type == 0x0800)
        find_ip4(at, headers);
    else if (type == 0x86dd)
        find_ip6(at, headers);
    return headers;
}

} // namespace hand
