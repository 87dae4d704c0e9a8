"""Client peer on Python's websockets: `client.py URL SCENARIO` (contract: ../README.md)."""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from contract import (
    BINARY_LENGTHS,
    CLIENT_CLOSE,
    SMALL,
    TEXTS,
    close_seen,
    describe,
    payload,
    report,
    send_fragmented,
)


async def echo(connection):
    messages = []
    for message in TEXTS + [payload(length) for length in BINARY_LENGTHS]:
        await connection.send(message)
        messages.append(describe(await connection.recv()))
    return {"messages": messages, "subprotocol": connection.subprotocol}


async def fragments_from_client(connection):
    await send_fragmented(connection)
    return await receive(connection, 2)


async def fragments_from_server(connection):
    return await receive(connection, 2)


async def ping_from_client(connection):
    pong = await connection.ping(b"are you there?")
    await pong
    return {"pong": True}


async def ping_from_server(connection):
    return await receive(connection, 1)


async def subprotocol(connection):
    return {"subprotocol": connection.subprotocol}


async def headers(connection):
    result = await receive(connection, 1)
    return {**result, "answer": connection.response.headers["X-Answer"]}


async def close_from_client(connection):
    await connection.close(*CLIENT_CLOSE)
    seen = close_seen(connection)
    return {"code": seen["code"], "clean": seen["clean"]}


async def close_from_server(connection):
    await connection.wait_closed()
    return close_seen(connection)


async def refused(connection):
    return {"opened": True}


async def too_big_for_server(connection):
    try:
        await connection.send(payload(SMALL + 1))
    except ConnectionClosed:
        pass
    await connection.wait_closed()
    return {"code": close_seen(connection)["code"]}


async def too_big_for_client(connection):
    return await receive(connection, 1)


async def receive(connection, count):
    messages = []
    try:
        for _ in range(count):
            messages.append(describe(await connection.recv()))
    except ConnectionClosed:
        pass
    return {"messages": messages}


# Beyond the defaults, where a scenario needs it.
OPTIONS = {
    "subprotocol": {"subprotocols": ["chat.v1", "chat.v2"]},
    "headers": {"additional_headers": {"X-Request": "from the client"}},
    "too_big_for_client": {"max_size": SMALL},
}


async def main(url, scenario):
    try:
        async with connect(url, proxy=None, **OPTIONS.get(scenario, {})) as connection:
            report(await globals()[scenario](connection))
    except InvalidStatus as error:
        report({"opened": False, "status": error.response.status_code})


asyncio.run(main(*sys.argv[1:]))
