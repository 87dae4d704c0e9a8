"""Compressing echo on sockets and zlib, in all ways DEFLATE allows (contract: ../README.md).

`raw_zlib.py server SEED`, and `raw_zlib.py client SEED URL OFFER`, where OFFER is the value of
`Sec-WebSocket-Extensions`. Speaks `permessage-deflate` (RFC 7692) and `x-webkit-deflate-frame`
(draft-tyoshino-hybi-websocket-perframe-deflate). Checks what it receives: an error ends it.
"""

import base64
import hashlib
import os
import random
import socket
import sys
import zlib

from contract import report

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
FIN, RSV1 = 0x80, 0x40
PER_MESSAGE, PER_FRAME = "permessage-deflate", "x-webkit-deflate-frame"
# What RFC 7692 §7.2.1 removes from the end of a message.
TAIL = b"\x00\x00\xff\xff"
MAX_MESSAGE = 1 << 20
# Compressed bytes up to which the window is checked.
STRICT = 20_000


class Direction:
    """How one end compresses."""

    def __init__(self, window=15, takeover=True):
        self.window, self.takeover = window, takeover


def read_element(value):
    """The name and the parameters of one extension, as a header has them."""
    name, *params = (part.strip() for part in value.split(";"))
    params = (param.partition("=") for param in params)
    return name, {key.strip(): value.strip() for key, _, value in params}


def direction(params, takeover, window):
    return Direction(int(params.get(window) or 15), takeover not in params)


def agreed(name, params, of):
    """The direction of an end, `client` or `server`, by the answer of a per-message server."""
    assert name == PER_MESSAGE, name
    return direction(params, f"{of}_no_context_takeover", f"{of}_max_window_bits")


def asked(params):
    """The direction of an end that was told this, per frame."""
    return direction(params, "no_context_takeover", "max_window_bits")


class Compressor:
    """Compresses with everything that DEFLATE leaves open decided by dice."""

    def __init__(self, how, dice):
        self.how, self.dice, self.zlib = how, dice, None

    def compress(self, data):
        dice = self.dice
        if self.zlib is None or not self.how.takeover:
            self.zlib = self.fresh()
        # Blocks end anywhere; a full flush also forgets, which is always allowed.
        cut = dice.randint(0, len(data))
        out = self.zlib.compress(data[:cut])
        if dice.randrange(3) == 0:
            out += self.zlib.flush(dice.choice([zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH]))
        out += self.zlib.compress(data[cut:])
        if dice.randrange(4) == 0:
            # RFC 7692 §7.2.3.4: the last block has BFINAL set, and an empty one follows.
            out += self.zlib.flush(zlib.Z_FINISH) + b"\x00"
            self.zlib = None
            return out
        out += self.zlib.flush(zlib.Z_SYNC_FLUSH)
        # RFC 7692 §7.2.3.6: an empty message is a block of one byte, also where zlib writes nothing.
        assert out.endswith(TAIL) or not data
        return out.removesuffix(TAIL) or b"\x00"

    def fresh(self):
        window, strategy = self.how.window, self.dice.choice([0, 0, 1, 2, 3, 4])
        if window == 8:
            # zlib has no such window. Without references any will do.
            window, strategy = 9, zlib.Z_HUFFMAN_ONLY
        level, memory = self.dice.choice([0, 1, 6, 9]), self.dice.randint(1, 9)
        return zlib.compressobj(level, zlib.DEFLATED, -window, memory, strategy)


class Decompressor:
    """Decompresses strictly: nothing before a message without takeover, nor out of the window.

    zlib looks at the window only for what an earlier call gave, so it gets short data by the byte.
    """

    def __init__(self, how):
        self.how, self.zlib = how, None

    def decompress(self, data):
        if self.zlib is None or not self.how.takeover:
            self.zlib = zlib.decompressobj(-self.how.window)
        data = bytes(data) + TAIL
        step = 1 if len(data) <= STRICT else len(data)
        parts = (data[start : start + step] for start in range(0, len(data), step))
        out = b"".join(map(self.zlib.decompress, parts))
        assert not self.zlib.eof, "nobody sent BFINAL"
        return out


class End:
    """One end of a connection that is open."""

    def __init__(self, stream, masks, per_frame, sends, receives, dice):
        self.stream, self.masks, self.per_frame, self.dice = stream, masks, per_frame, dice
        self.compressor = Compressor(sends, dice)
        self.decompressor = Decompressor(receives)

    def read(self, size):
        data = self.stream.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def read_frame(self):
        first, second = self.read(2)
        assert bool(second & 0x80) != self.masks, "masks are the client's"
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(self.read(2 if size == 126 else 8), "big")
        mask = None if self.masks else self.read(4)
        payload = self.read(size)
        return first, masked(payload, mask) if mask else payload

    def write_frame(self, first, payload):
        size, bit = len(payload), 0x80 if self.masks else 0
        if size < 126:
            header = bytes([first, bit | size])
        elif size < 1 << 16:
            header = bytes([first, bit | 126]) + size.to_bytes(2, "big")
        else:
            header = bytes([first, bit | 127]) + size.to_bytes(8, "big")
        if self.masks:
            mask = self.dice.randbytes(4)
            header, payload = header + mask, masked(payload, mask)
        self.stream.write(header + payload)

    def read_message(self):
        """A text or binary message; None once the other end has closed."""
        opcode, parts, compressed = None, [], False
        while True:
            first, payload = self.read_frame()
            if first & 0x08:
                assert first & ~0x0F == FIN, "control frames are whole and as they are"
                if first & 0x0F == CLOSE:
                    self.write_frame(FIN | CLOSE, payload)
                    return None
                if first & 0x0F == PING:
                    self.write_frame(FIN | PONG, payload)
                continue
            assert first & 0x30 == 0 and (first & 0x0F == CONTINUATION) != (opcode is None)
            if opcode is None:
                opcode, compressed = first & 0x0F, bool(first & RSV1)
            elif not self.per_frame:
                assert not first & RSV1, "only the first frame has the bit"
            if self.per_frame and first & RSV1:
                payload = self.decompressor.decompress(payload)
            parts.append(payload)
            if first & FIN:
                break
        message = b"".join(parts)
        if compressed and not self.per_frame:
            message = self.decompressor.decompress(message)
        assert len(message) <= MAX_MESSAGE
        if opcode == TEXT:
            message.decode()
        return opcode, message

    def write_message(self, opcode, message):
        compresses = self.dice.randrange(10) > 0
        bit = 0
        if compresses and not self.per_frame:
            message, bit = self.compressor.compress(message), RSV1
        parts = self.pieces(message)
        for index, part in enumerate(parts):
            first = (CONTINUATION if index else opcode) | (FIN if part is parts[-1] else 0)
            if self.per_frame:
                bit = RSV1 if compresses and self.dice.randrange(5) else 0
                part = self.compressor.compress(part) if bit else part
            self.write_frame(first | (bit if self.per_frame or not index else 0), part)
            if self.dice.randrange(8) == 0:
                self.write_frame(FIN | PONG, b"between")
        self.stream.flush()

    def pieces(self, data):
        """Cuts `data` at random, two times of three; some pieces are empty."""
        n_cuts = self.dice.choice([0, self.dice.randrange(3), self.dice.randrange(20)])
        cuts = sorted(self.dice.randint(0, len(data)) for _ in range(n_cuts))
        # Views are distinct objects, which empty bytes are not.
        data = memoryview(data)
        return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)])]

    def echo(self):
        while message := self.read_message():
            self.write_message(*message)
        self.stream.flush()


def masked(payload, mask):
    size = len(payload)
    keys = (mask * (size // 4 + 1))[:size]
    mixed = int.from_bytes(payload, "little") ^ int.from_bytes(keys, "little")
    return mixed.to_bytes(size, "little")


def read_head(stream):
    first, headers = stream.readline(), {}
    while line := stream.readline().strip().decode("latin-1"):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return first, headers


def accept_key(key):
    digest = hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
    return base64.b64encode(digest.digest()).decode()


def answer(offer, dice):
    """The answer to an offer, and the directions: the server's, the client's."""
    name, params = read_element(offer)
    if name == PER_FRAME:
        # Here each end tells the other, and no more is said of what one was told.
        told = {"max_window_bits": str(dice.randint(8, 15))}
        if dice.randrange(2):
            told["no_context_takeover"] = ""
        return written(name, told), asked(params), asked(told)
    if not params.get("client_max_window_bits", "15"):
        del params["client_max_window_bits"]
    return written(name, params), agreed(name, params, "server"), agreed(name, params, "client")


def written(name, params):
    values = (f"{key}={value}" if value else key for key, value in params.items())
    return "; ".join([name, *values])


def run_server(seed):
    listener = socket.create_server(("127.0.0.1", 0))
    report({"port": listener.getsockname()[1]})
    dice = random.Random(seed)
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            _, headers = read_head(stream)
            offer = headers["sec-websocket-extensions"].split(",")[0]
            extension, sends, receives = answer(offer, dice)
            lines = [
                "HTTP/1.1 101 Switching Protocols",
                "Upgrade: websocket",
                "Connection: Upgrade",
                f"Sec-WebSocket-Accept: {accept_key(headers['sec-websocket-key'])}",
                f"Sec-WebSocket-Extensions: {extension}",
            ]
            stream.write("\r\n".join([*lines, "\r\n"]).encode())
            stream.flush()
            End(stream, False, extension.startswith(PER_FRAME), sends, receives, dice).echo()


def run_client(seed, url, offer):
    host, _, port = url.removeprefix("ws://").rstrip("/").partition(":")
    key = base64.b64encode(os.urandom(16)).decode()
    with socket.create_connection((host, int(port))) as connection:
        with connection.makefile("rwb") as stream:
            lines = [
                "GET / HTTP/1.1",
                f"Host: {host}:{port}",
                "Upgrade: websocket",
                "Connection: Upgrade",
                f"Sec-WebSocket-Key: {key}",
                "Sec-WebSocket-Version: 13",
                f"Sec-WebSocket-Extensions: {offer}",
            ]
            stream.write("\r\n".join([*lines, "\r\n"]).encode())
            stream.flush()
            status, headers = read_head(stream)
            assert status.startswith(b"HTTP/1.1 101 "), status
            assert headers["sec-websocket-accept"] == accept_key(key)
            name, params = read_element(headers["sec-websocket-extensions"])
            if name == PER_FRAME:
                sends, receives = asked(params), asked(read_element(offer)[1])
            else:
                sends, receives = agreed(name, params, "client"), agreed(name, params, "server")
            dice = random.Random(seed)
            End(stream, True, name == PER_FRAME, sends, receives, dice).echo()


role, seed, *rest = sys.argv[1:]
(run_server if role == "server" else run_client)(int(seed), *rest)
