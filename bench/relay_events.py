#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program beside a RELAY server that sends events. Usage: relay_events.py PROGRAM...

The server is one of python3-websockets, over TLS, with a certificate of its own; its address stands in the program's
environment, as SIGNALWIRE_RELAY_HOST and SIGNALWIRE_RELAY_CA_FILE. Whoever connects is told of a call. The command
bench.events {count, how} has that many events of this call sent, and is answered behind them: "acknowledged" sends each
when the one before it is, "at once" all in a row. The server ends with the program, and leaves nothing behind.
"""
import asyncio
import json
import os
import ssl
import subprocess
import sys
import tempfile

try:
    import websockets
except ImportError:
    sys.exit("relay_events.py needs python3-websockets for the python3 that runs it")

CALL = {"call_id": "c0ffee00-1111-4222-8333-444455556666", "node_id": "d00df00d-1111-4222-8333-444455556666@relay"}


def event(number, event_type, fields):
    params = {"event_type": event_type, "timestamp": 1767225600.123456, "project_id": "bench", "space_id": "bench",
              "params": dict(CALL, **fields)}
    return json.dumps({"jsonrpc": "2.0", "id": f"event-{number:08}-2222-4333-8444-555566667777",
                       "method": "signalwire.event", "params": params})


class Session:
    def __init__(self, socket):
        self.socket, self.told, self.waiting, self.tasks = socket, 0, None, set()

    async def say_event(self, event_type, fields):
        self.told += 1
        await self.socket.send(event(self.told, event_type, fields))

    async def say_events(self, request, count, how):
        playing = {"control_id": "bench-play", "state": "playing"}
        for _ in range(count):
            self.waiting = asyncio.Event()
            await self.say_event("calling.call.play", playing)
            if how == "acknowledged":
                await self.waiting.wait()
        await self.answer(request, {"code": "200"})

    async def answer(self, request, result):
        await self.socket.send(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}))

    async def carry_out(self, request):
        if request["method"] == "signalwire.connect":
            await self.answer(request, {"protocol": "signalwire_bench"})
            device = {"type": "sip", "params": {"from_number": "sip:a@example.com", "to_number": "sip:b@example.com"}}
            await self.say_event("calling.call.receive", {"call_state": "created", "direction": "inbound",
                                                          "context": "default", "device": device})
        elif request["method"] == "bench.events":
            self.tasks.add(asyncio.ensure_future(self.say_events(request, **request["params"])))
        else:
            await self.answer(request, {"code": "200"})

    async def serve(self):
        async for text in self.socket:
            message = json.loads(text)
            if "method" in message:
                await self.carry_out(message)
            elif self.waiting:
                self.waiting.set()


async def serve(socket, _path=None):
    await Session(socket).serve()


def certificate_in(folder):
    names = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
    command = ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
               "-addext subjectAltName=DNS:localhost,IP:127.0.0.1")
    subprocess.run(command.split() + ["-out", names[0], "-keyout", names[1]], check=True, stderr=subprocess.DEVNULL)
    return names


async def run(program, folder):
    certificate, key = certificate_in(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await websockets.serve(serve, "127.0.0.1", 0, ssl=context, compression=None, ping_interval=None)
    port = server.sockets[0].getsockname()[1]
    names = {"SIGNALWIRE_RELAY_HOST": f"127.0.0.1:{port}", "SIGNALWIRE_RELAY_CA_FILE": certificate}
    child = await asyncio.create_subprocess_exec(*program, env=dict(os.environ, **names))
    if "BENCH_TARGET_CORE" in os.environ:
        os.sched_setaffinity(0, {int(os.environ["BENCH_TARGET_CORE"])})
    return await child.wait()


with tempfile.TemporaryDirectory(prefix="signalwire-bench.") as place:
    status = asyncio.run(run(sys.argv[1:], place))
sys.exit(status)
