# SPDX-License-Identifier: MIT
"""RELAY by python3-websockets and json by hand, with no more than the protocol asks for, on one session: one command
after the other, or events of a call where BENCH_EVENTS says how the server sends them."""

import asyncio
import json
import os
import ssl
import sys
import uuid


def say(word):
    print(word, flush=True)
    sys.stdin.readline()


try:
    import websockets
except ImportError:
    print("skip python3-websockets is not there for this python3")
    sys.exit()

count, warm_up = int(os.environ["BENCH_COMMANDS"]), int(os.environ["BENCH_WARM_UP"])
how = os.environ.get("BENCH_EVENTS")


class Session:
    def __init__(self, socket):
        self.socket, self.pending, self.heard = socket, {}, 0

    async def read(self):
        async for text in self.socket:
            message = json.loads(text)
            if "method" in message:
                await self.socket.send(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": {}}))
                self.heard += message["params"].get("event_type") == "calling.call.play"
            else:
                self.pending.pop(message["id"]).set_result(message.get("result"))

    async def execute(self, method, params):
        name = str(uuid.uuid4())
        answer = self.pending[name] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"jsonrpc": "2.0", "id": name, "method": method, "params": params}))
        return await answer


async def main():
    context = ssl.create_default_context(cafile=os.environ["SIGNALWIRE_RELAY_CA_FILE"])
    uri = "wss://" + os.environ["SIGNALWIRE_RELAY_HOST"]
    async with websockets.connect(uri, ssl=context, compression=None, ping_interval=None) as socket:
        session = Session(socket)
        reader = asyncio.ensure_future(session.read())
        account = {"project": os.environ["SIGNALWIRE_PROJECT_ID"], "token": os.environ["SIGNALWIRE_API_TOKEN"]}
        version = {"major": 2, "minor": 0, "revision": 0}
        await session.execute("signalwire.connect", {"version": version, "authentication": account, "event_acks": True})

        async def go(number):
            if how:
                wanted = session.heard + number
                await session.execute("bench.events", {"count": number, "how": how})
                assert session.heard == wanted
            else:
                for _ in range(number):
                    await session.execute("signalwire.receive", {"contexts": ["bench"]})

        await go(warm_up)
        say("ready")
        await go(count)
        say("done")
        reader.cancel()


asyncio.run(main())
