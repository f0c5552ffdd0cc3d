# SPDX-License-Identifier: MIT
"""RELAY by the official Python client, from the checkout that SIGNALWIRE_PYTHON names: one command after the other."""

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


async def main():
    async with RelayClient(host=os.environ["SIGNALWIRE_RELAY_HOST"]) as client:

        async def send(number):
            for _ in range(number):
                await client.execute("signalwire.receive", {"contexts": ["bench"]})

        await send(warm_up)
        say("ready")
        await send(count)
        say("done")


asyncio.run(main())
