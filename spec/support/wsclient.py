#!/usr/bin/env python3
"""A WebSocket client that is not ours, for the specs. Usage: wsclient.py URL CA_FILE|- OUTPUT [mute]

It takes commands from its standard input, a line of JSON each, and writes what it hears to the file OUTPUT, a line of
JSON each: open, refused (status), frame (a JSON object), message (any other), pong, closed (code, reason), failed.
Commands: {frame: value}, {text: text}, {binary: text}, {fragments: [text, ...]}, {ping: text}, {close: code},
{raw: bytes}, {cut: true}.
Requests of the server are answered with an empty result, unless it is mute.
"""
import asyncio
import json
import os
import ssl
import sys

import websockets
from websockets.exceptions import ConnectionClosed

URL, CA_FILE, OUTPUT = sys.argv[1:4]
MUTE = "mute" in sys.argv[4:]
for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[variable]  # newer ones would go through it, to this machine too
output = open(OUTPUT, "w", buffering=1, encoding="utf-8", errors="surrogateescape")


def say(event, **fields):
    output.write(json.dumps(dict(fields, event=event), ensure_ascii=False) + "\n")


async def hear(socket):
    try:
        async for message in socket:
            try:
                value = json.loads(message)
            except ValueError:
                value = None
            if not isinstance(value, dict):
                text = message if isinstance(message, str) else message.decode("utf-8", "surrogateescape")
                say("message", text=text, binary=not isinstance(message, str))
                continue
            say("frame", frame=value)
            if "method" in value and "id" in value and not MUTE:
                await socket.send(json.dumps({"jsonrpc": "2.0", "id": value["id"], "result": {}}))
    except ConnectionClosed:
        pass
    say("closed", code=socket.close_code, reason=socket.close_reason)


async def obey(socket, command):
    if "frame" in command:
        await socket.send(json.dumps(command["frame"]))
    elif "text" in command:
        await socket.send(command["text"])
    elif "binary" in command:
        await socket.send(command["binary"].encode("utf-8", "surrogateescape"))
    elif "fragments" in command:
        await socket.send(command["fragments"])
    elif "ping" in command:
        await asyncio.wait_for(await socket.ping(command["ping"]), 10)
        say("pong", text=command["ping"])
    elif "close" in command:
        await socket.close(command["close"])
    elif "raw" in command:
        socket.transport.write(command["raw"].encode("utf-8", "surrogateescape"))
    elif "cut" in command:
        socket.transport.abort()


async def main():
    context = ssl.create_default_context(cafile=CA_FILE) if URL.startswith("wss:") else None
    try:
        socket = await websockets.connect(URL, ssl=context, max_size=None, ping_interval=None)
    except Exception as problem:
        status = getattr(problem, "status_code", None)
        response = getattr(problem, "response", None)
        if response is not None:
            status = response.status_code
        say("refused" if status else "failed", status=status, why=str(problem))
        return
    say("open")
    reader = asyncio.StreamReader(limit=2 ** 26)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    hearing = asyncio.ensure_future(hear(socket))
    while True:
        line = await reader.readline()
        if not line:
            break
        try:
            await obey(socket, json.loads(line.decode("utf-8", "surrogateescape")))
        except Exception as problem:
            say("failed", why=str(problem))
    hearing.cancel()
    socket.transport.abort()


asyncio.run(main())
