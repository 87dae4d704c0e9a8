"""Compressing echo on Python's websockets (contract: ../README.md).

`compressed.py server SEED`, and `compressed.py client SEED URL`.
"""

import asyncio
import contextlib
import random
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)

from contract import report


def pieces(message, dice):
    """Cuts a message at random; some pieces are empty."""
    cuts = sorted(dice.randint(0, len(message)) for _ in range(dice.randrange(6)))
    return [message[start:end] for start, end in zip([0, *cuts], [*cuts, len(message)])]


async def echo(connection, dice):
    with contextlib.suppress(ConnectionClosed):
        async for message in connection:
            if dice.randrange(3):
                await connection.send(message)
            else:
                await connection.send(pieces(message, dice))


async def run_server(seed):
    async def handle(connection):
        await echo(connection, random.Random(seed))

    # Asks for nothing, so that the other end's wishes hold.
    deflate = ServerPerMessageDeflateFactory()
    async with serve(
        handle, "127.0.0.1", 0, compression=None, extensions=[deflate], max_size=None
    ) as server:
        report({"port": next(iter(server.sockets)).getsockname()[1]})
        # Whoever started this program holds the other end; its end is ours.
        await asyncio.to_thread(sys.stdin.read)


async def run_client(seed, url):
    deflate = ClientPerMessageDeflateFactory(client_max_window_bits=True)
    async with connect(
        url, compression=None, extensions=[deflate], max_size=None, proxy=None
    ) as connection:
        await echo(connection, random.Random(seed))


role, seed, *url = sys.argv[1:]
asyncio.run((run_server if role == "server" else run_client)(int(seed), *url))
