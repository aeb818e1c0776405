"""Capture files and the frames of the sender, read without any code of PFQ."""
import struct
from typing import NamedTuple


class Record(NamedTuple):
    time: int  # nanoseconds since 1970
    frame: bytes
    length: int  # on the wire
    interface: int = 0


def read_pcap(path):
    with open(path, "rb") as file:
        data = file.read()
    magic = struct.unpack_from("<I", data)[0]
    unit = {0xA1B23C4D: 1, 0xA1B2C3D4: 1000}[magic]
    records, offset = [], 24
    while offset < len(data):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", data, offset)
        frame = data[offset + 16:offset + 16 + captured]
        if len(frame) != captured:
            raise ValueError(f"{path}: ends within a record")
        records.append(Record(seconds * 1_000_000_000 + fraction * unit, frame, length))
        offset += 16 + captured
    return records


def read_pcapng(path):
    """(names of the interfaces, records); interfaces count nanoseconds."""
    with open(path, "rb") as file:
        data = file.read()
    names, records, offset = [], [], 0
    while offset < len(data):
        kind, size = struct.unpack_from("<II", data, offset)
        body = data[offset + 8:offset + size - 4]
        if kind == 1:
            options = _options(body[8:])
            if options.get(9) != b"\x09":
                raise ValueError(f"{path}: an interface without nanoseconds")
            names.append(options[2].decode())
        elif kind == 6:
            interface, high, low, captured, length = struct.unpack_from("<IIIII", body)
            records.append(Record(high << 32 | low, body[20:20 + captured], length, interface))
        offset += size
    return names, records


def _options(data):
    options, offset = {}, 0
    while offset + 4 <= len(data):
        code, size = struct.unpack_from("<HH", data, offset)
        if code == 0:
            break
        options[code] = data[offset + 4:offset + 4 + size]
        offset += 4 + (size + 3) // 4 * 4
    return options


def write_pcap(path, frames):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
        for number, frame in enumerate(frames):
            out.write(struct.pack("<IIII", 1700000000 + number // 1000, number % 1000, len(frame), len(frame)) + frame)


def flow_of(frame):
    """Of a frame of the sender: addresses and ports."""
    return frame[26:38] if frame[12:14] == b"\x08\x00" else frame[22:58]


def number_of(frame):
    """Of a frame of the sender: its number, whose complement follows it."""
    at = 42 if frame[12:14] == b"\x08\x00" else 62
    number, inverse = struct.unpack_from(">QQ", frame, at)
    if number ^ inverse != (1 << 64) - 1:
        raise ValueError(f"a damaged frame: {frame.hex()}")
    return number


def numbers_sent(count, senders=1):
    """Of the frames that live-send makes: each sender has its share and its range."""
    return [sender << 56 | i for sender in range(senders) for i in range(count // senders + (sender < count % senders))]
