# SPDX-License-Identifier: MIT
"""The official Python client, from the checkout that SIGNALWIRE_PYTHON names: one command after the other, or many at
once from the threads that serve it best."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

BEST_THREADS = 50


def say(word):
    print(word, flush=True)
    sys.stdin.readline()


def skip(why):
    print("skip", why)
    sys.exit()


checkout = os.environ.get("SIGNALWIRE_PYTHON")
if not checkout:
    skip("not asked for (SIGNALWIRE_PYTHON=<path of a checkout>)")
if os.environ["BENCH_HTTP"] == "2":
    skip("speaks HTTP/1.1 only")
os.environ["SIGNALWIRE_LOG_MODE"] = "off"
for place in ("", "signalwire"):
    sys.path.insert(0, os.path.join(checkout, place))
try:
    import signalwire
    from signalwire.rest import RestClient
except ImportError as error:
    skip(f"can't be imported: {error}")
signalwire.configure_logging()

base_url = os.environ["SIGNALWIRE_REST_BASE_URL"]
count, warm_up = int(os.environ["BENCH_COMMANDS"]), int(os.environ["BENCH_WARM_UP"])
at_once = int(os.environ["BENCH_AT_ONCE"])
client = RestClient(host=base_url.split("/")[2])
client._http._base_url = base_url  # it speaks plain HTTP to this machine, and has no path in front


def refer(number):
    device = {"type": "sip", "params": {"to": "sip:sales@example.com"}}
    call_id = f"c0ffee00-1111-4222-8333-{number:012d}"
    client.calling.refer(call_id, device=device, status_url="https://example.com/refer")


if at_once == 1:
    for i in range(warm_up):
        refer(i)
    say("ready")
    for i in range(count):
        refer(i)
else:
    with ThreadPoolExecutor(min(at_once, BEST_THREADS)) as pool:
        say("ready")
        list(pool.map(refer, range(count)))
say("done")
