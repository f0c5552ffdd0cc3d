#!/usr/bin/env python3
"""A RELAY server for the specs that does what a script says. Usage: relayserver.py FOLDER CERTS GROUP=COUNT...

It listens on COUNT ports of 127.0.0.1 for each group, and prints one line: pid=123 tls=4001,4002 plain=4003.
Groups: plain (no TLS), tls, expired, wrong_name, unknown_ca (TLS with that certificate of CERTS).
The handshake and the frames that come in are judged by python3-websockets, which is not ours.

FOLDER/<port>.json holds a list of scripts: the nth connection to that port plays the nth one, later ones the last.
A script is a list of steps. Further steps come through the pipe FOLDER/<port>.now, a line of JSON each, a list or
one step; the newest connection of the port plays them, after those of its script.

relaysteps.py lists the steps. Everything seen or done is a line in FOLDER/log: open, handshake, request, reply, ping,
pong, close, frame (not JSON-RPC), said, problem, closed.
"""
import json
import os
import selectors
import shutil
import socket
import ssl
import sys
import threading
import time

from relaysteps import Connection
from relaywire import bytes_of, text_of

FOLDER, CERTS = sys.argv[1], sys.argv[2]
LONGEST_LIFE = 1800

lock = threading.Lock()
log_file = open(os.path.join(FOLDER, "log"), "wb", buffering=0)
selector = selectors.DefaultSelector()


def log(event, **fields):
    line = json.dumps(dict(fields, event=event, time=time.time()), ensure_ascii=False) + "\n"
    with lock:
        log_file.write(bytes_of(line))


def bound_socket():
    """A socket on a free port that is named to the system, so that it stays bound when it listens no more."""
    with socket.socket() as chosen:
        chosen.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        chosen.bind(("127.0.0.1", 0))
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(chosen.getsockname())
        return sock


class Port:
    def __init__(self, tls):
        self.tls = tls
        self.sock = bound_socket()
        self.number = self.sock.getsockname()[1]
        self.count, self.newest, self.unread = 0, None, b""
        name = self.path("now")
        os.mkfifo(name, 0o600)
        self.pipe = os.open(name, os.O_RDWR | os.O_NONBLOCK)
        self.open()

    def path(self, kind):
        return os.path.join(FOLDER, f"{self.number}.{kind}")

    def open(self):
        self.sock.listen(128)
        self.sock.setblocking(False)
        with lock:
            selector.register(self.sock, selectors.EVENT_READ, self)

    def close(self):
        with lock:
            selector.unregister(self.sock)
        self.sock.shutdown(socket.SHUT_RDWR)  # it stays bound, so nobody else can take the port

    def come_back(self, seconds):
        sign, stop = self.path("back"), time.monotonic() + seconds
        while time.monotonic() < stop and not os.path.exists(sign):
            time.sleep(0.01)
        if os.path.exists(sign):
            os.remove(sign)
        self.open()

    def script(self, number):
        try:
            with open(self.path("json"), "rb") as script:
                scripts = json.loads(text_of(script.read())) or [[]]
        except OSError:
            scripts = [[]]
        return scripts[min(number, len(scripts)) - 1] or []

    def read_pipe(self):
        try:
            self.unread += os.read(self.pipe, 65536)
        except BlockingIOError:
            return []
        *lines, self.unread = self.unread.split(b"\n")
        steps = []
        for line in lines:
            value = json.loads(text_of(line))
            steps.extend(value if isinstance(value, list) else [value])
        return steps

    def accept(self):
        sock = self.sock.accept()[0]
        sock.setblocking(True)
        self.count += 1
        self.newest = Connection(sock, self, self.count, log)
        threading.Thread(target=self.newest.run, daemon=True).start()


def tls_context(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(CERTS, name + ".pem"))
    return context


def accept_for_ever():
    parent, start = os.getppid(), time.time()
    while os.getppid() == parent and time.time() - start < LONGEST_LIFE:
        for ready, _ in selector.select(0.5):
            try:
                ready.data.accept()
            except OSError:
                continue


certificates = {"tls": "good", "expired": "expired", "wrong_name": "wrong_name", "unknown_ca": "unknown_ca"}
contexts = {group: tls_context(name) for group, name in certificates.items()}

words = [f"pid={os.getpid()}"]
for argument in sys.argv[3:]:
    wanted, _, amount = argument.partition("=")
    numbers = []
    for _ in range(int(amount)):
        numbers.append(str(Port(contexts.get(wanted)).number))
    words.append(wanted + "=" + ",".join(numbers))
print(" ".join(words), flush=True)
accept_for_ever()
shutil.rmtree(FOLDER, ignore_errors=True)  # whoever started this server died without stopping it
os._exit(0)
