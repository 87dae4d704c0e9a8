"""Server peer on Python's websockets (contract: ../README.md)."""

import asyncio
import contextlib
import http
import os
import ssl
import sys

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from contract import (
    SERVER_CLOSE,
    SMALL,
    SUBPROTOCOL,
    close_seen,
    payload,
    report,
    send_fragmented,
)


async def act(connection):
    match connection.request.path:
        case "/fragments":
            await send_fragmented(connection)
        case "/ping":
            await (await connection.ping(b"are you there?"))
            await connection.send("pong seen")
        case "/headers":
            await connection.send(connection.request.headers["X-Request"])
        case "/close":
            await connection.close(*SERVER_CLOSE)
        case "/big":
            await connection.send(payload(SMALL + 1))
    async for message in connection:
        await connection.send(message)


async def handle(connection):
    with contextlib.suppress(ConnectionClosed):
        await act(connection)
    await connection.wait_closed()
    report({"path": connection.request.path, **close_seen(connection)})


def refuse(connection, request):
    if request.path == "/refused":
        return connection.respond(http.HTTPStatus.FORBIDDEN, "not you\n")
    return None


def answer(connection, request, response):
    response.headers["X-Answer"] = "from the server"


def choose(connection, offered):
    return SUBPROTOCOL if SUBPROTOCOL in offered else None


def tls():
    """What the contract says of TLS; None for none."""
    if "SOCKEYE_CERTIFICATE" not in os.environ:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(
        os.environ["SOCKEYE_CERTIFICATE"], os.environ["SOCKEYE_KEY"]
    )
    return context


def listen(max_size):
    return serve(
        handle,
        "127.0.0.1",
        0,
        ssl=tls(),
        max_size=max_size,
        process_request=refuse,
        process_response=answer,
        select_subprotocol=choose,
    )


def port(server):
    return next(iter(server.sockets)).getsockname()[1]


async def main():
    async with listen(1 << 20) as server, listen(SMALL) as small_server:
        report({"port": port(server), "small_port": port(small_server)})
        # Whoever started this program holds the other end; its end is ours.
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main())
