#!/usr/bin/env python3
"""Makes docs/tunnels.pcap, the capture of the tutorial: one TCP connection's first packet, plain and inside of VLAN tags and tunnels.

    tests/docs/tunnels.py > docs/tunnels.pcap
"""
import ipaddress
import struct
import sys

MACS = bytes.fromhex("020000000002" "020000000001")


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ether(kind, payload):
    return MACS + struct.pack("!H", kind) + payload


def ip(source, destination, protocol, payload):
    addresses = ipaddress.IPv4Address(source).packed + ipaddress.IPv4Address(destination).packed
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0) + addresses
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ip6(source, destination, protocol, payload):
    addresses = ipaddress.IPv6Address(source).packed + ipaddress.IPv6Address(destination).packed
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + addresses + payload


def udp(source, destination, payload):
    return struct.pack("!HHHH", source, destination, 8 + len(payload), 0) + payload


def syn(source, destination):
    return struct.pack("!HHIIBBHHH", source, destination, 1, 0, 5 << 4, 2, 65535, 0, 0)


def frames():
    inner = ip("192.168.1.10", "192.168.1.20", 6, syn(40000, 443))
    outer = ("10.0.0.1", "10.0.0.2")
    yield ether(0x0800, inner)
    yield ether(0x8100, struct.pack("!HH", 100, 0x0800) + inner)
    yield ether(0x88A8, struct.pack("!HHHH", 100, 0x8100, 200, 0x0800) + inner)
    yield ether(0x0800, ip(*outer, 4, inner))
    yield ether(0x0800, ip(*outer, 47, struct.pack("!HH", 0, 0x0800) + inner))
    yield ether(0x0800, ip(*outer, 17, udp(50000, 4789, struct.pack("!II", 0x08000000, 42 << 8) + ether(0x0800, inner))))
    yield ether(0x0800, ip(*outer, 17, udp(2152, 2152, struct.pack("!BBHI", 0x30, 255, len(inner), 7) + inner)))
    yield ether(0x8847, struct.pack("!I", 16 << 12 | 0x100 | 64) + inner)
    yield ether(0x86DD, ip6("2001:db8::1", "2001:db8::2", 4, inner))


def capture():
    """The file's bytes: classic pcap, microseconds, Ethernet, one packet a second."""
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for second, frame in enumerate(frames()):
        data += struct.pack("<IIII", 1700000000 + second, 0, len(frame), len(frame)) + frame
    return data


if __name__ == "__main__":
    sys.stdout.buffer.write(capture())
