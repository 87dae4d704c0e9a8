"""Echo peer on Python's websockets for the conformance suite (contract: ../README.md).

`echo.py server [--max-message BYTES] [--deflate]`, and
`echo.py client URL [--agent NAME] [--parallel N] [--deflate]`.
"""

import argparse
import asyncio
import contextlib
import logging
import sys
from urllib.parse import quote

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

MAX_MESSAGE = 64 << 20
CASE_LIMIT = 60  # seconds


async def echo(connection):
    # Ends with the connection, whatever ended it.
    with contextlib.suppress(ConnectionClosed):
        async for message in connection:
            await connection.send(message)


async def run_server(options):
    async with serve(
        echo,
        "127.0.0.1",
        0,
        compression=options.compression,
        max_size=options.max_message,
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"listening on ws://127.0.0.1:{port}", flush=True)
        # Whoever started this program holds the other end; its end is ours.
        await asyncio.to_thread(sys.stdin.read)


async def run_client(options):
    url, agent = options.url.rstrip("/"), quote(options.agent, safe="")
    free = asyncio.Semaphore(options.parallel)

    def open_at(path):
        return connect(
            url + path,
            compression=options.compression,
            max_size=MAX_MESSAGE,
            proxy=None,
        )

    async def ask(path):
        async with open_at(path) as connection:
            return await connection.recv()

    async def visit(path):
        async with open_at(path):
            pass

    async def play(path):
        async with open_at(path) as connection:
            await echo(connection)

    async def run_case(case):
        # A case that fails ends alone: the verdict is the server's.
        async with free:
            with contextlib.suppress(Exception):
                path = f"/runCase?case={case}&agent={agent}"
                await asyncio.wait_for(play(path), CASE_LIMIT)

    count = int(await asyncio.wait_for(ask("/getCaseCount"), CASE_LIMIT))
    await asyncio.gather(*(run_case(case) for case in range(1, count + 1)))
    await asyncio.wait_for(visit(f"/updateReports?agent={agent}"), CASE_LIMIT)


def read_command_line():
    parser = argparse.ArgumentParser()
    roles = parser.add_subparsers(dest="role", required=True)
    server, client = roles.add_parser("server"), roles.add_parser("client")
    server.add_argument("--max-message", type=int, default=MAX_MESSAGE)
    client.add_argument("url")
    client.add_argument("--agent", default="python-websockets")
    client.add_argument("--parallel", type=int, default=1)
    for role in (server, client):
        role.add_argument(
            "--deflate",
            dest="compression",
            action="store_const",
            const="deflate",
        )
    return parser.parse_args()


# The package logs every bad handshake and frame: here they are what it is tested with.
logging.getLogger("websockets").addHandler(logging.NullHandler())
options = read_command_line()
asyncio.run(run_server(options) if options.role == "server" else run_client(options))
