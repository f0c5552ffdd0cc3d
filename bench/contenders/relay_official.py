# SPDX-License-Identifier: MIT
"""RELAY by the official Python client, from the checkout that SIGNALWIRE_PYTHON names, on one session: one command after
the other, or events of a call where BENCH_EVENTS says how the server sends them."""

import asyncio
import os
import sys


def say(word):
    print(word, flush=True)
    sys.stdin.readline()


def skip(why):
    print("skip", why)
    sys.exit()


checkout = os.environ.get("SIGNALWIRE_PYTHON")
if not checkout:
    skip("not asked for (SIGNALWIRE_PYTHON=<path of a checkout>)")
os.environ["SIGNALWIRE_LOG_MODE"] = "off"
for place in ("", "signalwire"):
    sys.path.insert(0, os.path.join(checkout, place))
try:
    import signalwire
    from signalwire.relay import RelayClient
except ImportError as error:
    skip(f"can't be imported: {error}")
signalwire.configure_logging()

count, warm_up = int(os.environ["BENCH_COMMANDS"]), int(os.environ["BENCH_WARM_UP"])
how = os.environ.get("BENCH_EVENTS")
heard = wanted = 0
heard_of_call = asyncio.Event()


def hear_one(_event):
    global heard
    heard += 1


async def main():
    client = RelayClient(host=os.environ["SIGNALWIRE_RELAY_HOST"])

    @client.on_call
    async def on_call(call):
        call.on("calling.call.play", hear_one)
        heard_of_call.set()

    async def send(number):
        for _ in range(number):
            await client.execute("signalwire.receive", {"contexts": ["bench"]})

    async def hear(number):
        global wanted
        wanted += number
        await heard_of_call.wait()
        await client.execute("bench.events", {"count": number, "how": how})
        while heard < wanted:
            await asyncio.sleep(0.001)

    go = hear if how else send
    async with client:
        await go(warm_up)
        say("ready")
        await go(count)
        say("done")


asyncio.run(main())
