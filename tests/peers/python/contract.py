"""What both ends of the contract in ../README.md share: payloads, and how results are printed."""

import json
import zlib

TEXTS = ["plain ASCII", "Grüße, κόσμε, 日本語, 😀", ""]
BINARY_LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 1_048_576]

# The text is "Grüße": cut after the first byte of "ü" and again inside "ß".
TEXT_FRAGMENTS = [b"Gr\xc3", b"", b"\xbc\xc3", b"\x9fe"]
BINARY_FRAGMENT_ENDS = [100, 100, 70_000]

SMALL = 65_536
SUBPROTOCOL = "chat.v2"
CLIENT_CLOSE = (4001, "the client is done, ça suffit")
SERVER_CLOSE = (4002, "the server is done, à bientôt")


def payload(length):
    block = bytes((i ^ i >> 8) & 255 for i in range(65_536))
    return (block * (length // len(block) + 1))[:length]


def binary_fragments():
    whole, start = payload(BINARY_FRAGMENT_ENDS[-1]), 0
    for end in BINARY_FRAGMENT_ENDS:
        yield whole[start:end]
        start = end


def describe(message):
    if isinstance(message, str):
        return {"text": message}
    return {"binary": len(message), "crc32": zlib.crc32(message)}


def close_seen(connection):
    """The Close frame received, and whether the closing handshake was done by both sides."""
    received, sent = connection.protocol.close_rcvd, connection.protocol.close_sent
    return {
        "code": received.code if received else 1006,
        "reason": received.reason if received else "",
        "clean": received is not None and sent is not None,
    }


async def send_fragmented(connection):
    await connection.send(TEXT_FRAGMENTS, text=True)
    await connection.send(binary_fragments())


def report(value):
    print(json.dumps(value), flush=True)
