"""Frames of many kinds, to be sent byte for byte."""
import random
import struct


def ethernet(payload, eth_type=0x0800, tags=()):
    """`tags`: (TPID, TCI), outermost first."""
    header = b"\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01"
    return header + b"".join(struct.pack("!HH", *tag) for tag in tags) + struct.pack("!H", eth_type) + payload


def udp(payload, source=5000, destination=53):
    return struct.pack("!HHHH", source, destination, 8 + len(payload), 0) + payload


def ipv4(payload, protocol=17, fragment=0, source=(10, 0, 0, 1), destination=(10, 0, 0, 2)):
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 7, fragment, 64, protocol, 0) + bytes(source) + bytes(destination)
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return header[:10] + struct.pack("!H", 0xFFFF - (total & 0xFFFF) - (total >> 16)) + header[12:] + payload


def ipv6(payload, next_header=17):
    addresses = bytes([0xFD]) + bytes(14) + b"\x01" + bytes([0xFD]) + bytes(14) + b"\x02"
    return struct.pack("!IHBB", 6 << 28, len(payload), next_header, 64) + addresses + payload


def all_kinds(longest=1514):
    """Every size near the borders of the data path's copies, tags of all kinds, fragments, other protocols, nonsense."""
    rng = random.Random(11)
    sizes = [14, 15, 17, 20, 31, 32, 33, 60, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 1023, 1500, 1513, 1514]
    frames = [ethernet(rng.randbytes(size - 14), 0x88B5) for size in sizes if size <= longest]
    tags = ([(0x8100, 5)], [(0x8100, 0xE00A)], [(0x88A8, 100), (0x8100, 200)], [(0x8100, 1), (0x8100, 2), (0x8100, 3)], [(0x88A8, 4095)],
            [(0x8100, 0)])
    for tag in tags:
        frames.append(ethernet(ipv4(udp(rng.randbytes(50))), tags=tag))
        frames.append(ethernet(ipv6(udp(rng.randbytes(5))), 0x86DD, tags=tag))
    frames += [
        ethernet(ipv4(udp(rng.randbytes(30)), fragment=0x2000)),
        ethernet(ipv4(rng.randbytes(40), fragment=5)),
        ethernet(ipv4(b"\x08\x00" + rng.randbytes(30), protocol=1)),
        ethernet(ipv4(rng.randbytes(60), protocol=132)),
        ethernet(ipv4(struct.pack("!HHIIBBHHH", 1, 443, 1, 2, 0x50, 2, 512, 0, 0), protocol=6)),
        ethernet(ipv6(rng.randbytes(8), 59), 0x86DD),
        ethernet(b"\x00\x01\x08\x00\x06\x04\x00\x01" + rng.randbytes(20), 0x0806),
        ethernet(rng.randbytes(100), 0x88CC),
        ethernet(ipv4(udp(rng.randbytes(7)))[:18]),
        b"\xff" * 6 + ethernet(ipv4(udp(b"to all")))[6:],
    ]
    frames += [ethernet(ipv4(udp(rng.randbytes(rng.randrange(1400)), rng.randrange(65536), 443), source=(10, 1, 2, rng.randrange(8))))
               for _ in range(200)]
    return frames
