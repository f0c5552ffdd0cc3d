#!/usr/bin/env python3
"""say.py PORT USER TEXT: sends TEXT as a SIP MESSAGE to sip:USER@127.0.0.1:PORT, prints the answer and how long it took."""
import random
import socket
import sys
import time

port, user, text = int(sys.argv[1]), sys.argv[2], sys.argv[3]
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect(("127.0.0.1", port))
own = "127.0.0.1:%d" % sock.getsockname()[1]
tag = "%x" % random.getrandbits(60)
message = (
    f"MESSAGE sip:{user}@127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{tag}\r\n"
    f"Max-Forwards: 70\r\nFrom: <sip:say@{own}>;tag={tag}\r\nTo: <sip:{user}@127.0.0.1>\r\nCall-ID: {tag}\r\n"
    f"CSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: {len(text.encode())}\r\n\r\n{text}"
)
started = time.monotonic()
for wait in (0.5, 1, 2, 4, 4):
    sock.send(message.encode())
    sock.settimeout(wait)
    try:
        while True:
            line = sock.recv(65535).decode().split("\r\n")[0]
            if not line.startswith("SIP/2.0 1"):
                print(line, "after %.0f ms" % (1000 * (time.monotonic() - started)))
                sys.exit(0 if line.startswith("SIP/2.0 2") else 1)
    except TimeoutError:
        pass
print("no answer")
sys.exit(1)
