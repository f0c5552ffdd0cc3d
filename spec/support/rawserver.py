#!/usr/bin/env python3
"""A server for the specs that misbehaves by request. Usage: rawserver.py FOLDER CERTS GROUP=COUNT...

It listens on COUNT ports of 127.0.0.1 for each group, and prints one line: pid=123 tls=4001,4002 plain=4003.
Groups: plain (no TLS), tls, old_tls (1.1), expired, wrong_name, unknown_ca (TLS with that certificate of
CERTS), refused (bound, never listening, until a step says so), unread (TLS; closes when a request begins to
arrive).

The first segment of a request's path is its key. FOLDER/<key>.json holds what to do: a list of steps, the nth
request of that key gets the nth step, and later ones the last. A step:
  send    bytes of the answer (text, one character a byte)
  wait    seconds before sending
  fill    bytes sent after that, for ever, `pace` seconds apart
  listen  a "refused" port that now opens, after `delay` seconds
  golden  name of a golden file: answers with the differences of the body to it
  echo    true: answers with the request as it was seen
  quiet   true: does not log the request
  after   keep (default), close (orderly), fin (no TLS goodbye), reset, stall (say nothing more),
          unread (read no further; close when more arrives), gone (close, and refuse all connections to this port)

Each request read whole is a line in FOLDER/log, written before the answer, and so is each connection.
"""
import json
import os
import select
import selectors
import shutil
import socket
import ssl
import struct
import sys
import threading
import time

from golden import differences_to_file

FOLDER, CERTS = sys.argv[1], sys.argv[2]
LONGEST_LIFE = 1800
IDLE_LIMIT = 120

lock = threading.Lock()
log_file = open(os.path.join(FOLDER, "log"), "w", buffering=1)
listeners = {}
scripts = {}
selector = selectors.DefaultSelector()
counts = {"connection": 0}


def log(event, **fields):
    with lock:
        log_file.write(json.dumps(dict(fields, event=event, time=time.time())) + "\n")


def count(key):
    with lock:
        counts[key] = counts.get(key, 0) + 1
        return counts[key]


def text_answer(body, status="200 OK"):
    data = json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


def step_for(key, number):
    if key not in scripts:
        try:
            with open(os.path.join(FOLDER, key + ".json"), encoding="latin-1") as script:
                scripts[key] = json.load(script)
        except OSError:
            return {"send": "HTTP/1.1 500 No script\r\nContent-Length: 0\r\n\r\n"}
    return scripts[key][min(number, len(scripts[key])) - 1]


class Connection:
    def __init__(self, sock, group, port):
        self.sock, self.group, self.port = sock, group, port
        self.number = count("connection")
        self.requests = 0
        self.unread = b""

    def run(self):
        log("open", port=self.port, connection=self.number)
        try:
            self.sock.settimeout(IDLE_LIMIT)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.group in contexts:
                self.sock = contexts[self.group].wrap_socket(self.sock, server_side=True)
                log("secured", connection=self.number, port=self.port, resumed=self.sock.session_reused)
            if self.group == "unread":
                self.wait_for_more()
            else:
                while self.serve_one():
                    pass
        except (OSError, ValueError) as problem:
            log("broken", connection=self.number, why=str(problem))
        finally:
            self.sock.close()
            log("closed", connection=self.number)

    def wait_for_more(self):
        select.select([self.sock], [], [], IDLE_LIMIT)

    def read_until(self, done):
        while True:
            found = done(self.unread)
            if found is not None:
                return found
            more = self.sock.recv(65536)
            if not more:
                return None
            self.unread += more

    def read_request(self):
        end = self.read_until(lambda data: data.find(b"\r\n\r\n") if b"\r\n\r\n" in data else None)
        if end is None:
            if self.unread:
                log("partial", connection=self.number, text=self.unread.decode("latin-1"))
            return None
        lines = self.unread[:end].decode("latin-1").split("\r\n")
        self.unread = self.unread[end + 4:]
        headers = [[name.lower(), value.strip()] for name, _, value in (line.partition(":") for line in lines[1:])]
        length = int(dict(headers).get("content-length", 0))
        if self.read_until(lambda data: True if len(data) >= length else None) is None:
            log("partial", connection=self.number, text=lines[0])
            return None
        body, self.unread = self.unread[:length], self.unread[length:]
        method, path = (lines[0].split(" ") + ["", ""])[:2]
        return {"method": method, "path": path, "headers": headers, "body": body}

    def serve_one(self):
        request = self.read_request()
        if request is None:
            return False
        self.requests += 1
        key = request["path"].split("/")[1] if "/" in request["path"] else request["path"]
        number = count("key " + key)
        step = step_for(key, number)
        if not step.get("quiet"):
            log("request", key=key, number=number, port=self.port, connection=self.number, nth=self.requests,
                method=request["method"], path=request["path"], headers=request["headers"],
                body=request["body"].decode("latin-1"))
        return self.play(step, request)

    def play(self, step, request):
        if "wait" in step:
            time.sleep(step["wait"])
        if "listen" in step:
            threading.Timer(step.get("delay", 0), open_port, [step["listen"]]).start()
        self.sock.sendall(self.answer(step, request))
        fill = step.get("fill", "").encode("latin-1")
        while fill:
            self.sock.sendall(fill)
            time.sleep(step.get("pace", 0))
        return self.leave(step.get("after", "keep"))

    def answer(self, step, request):
        if "golden" in step:
            return text_answer({"differences": differences_to_file(step["golden"], request["body"])})
        if "echo" in step:
            return text_answer(dict(request, body=request["body"].decode("utf-8", "replace")))
        return step.get("send", "").encode("latin-1")

    def leave(self, after):
        if after == "keep":
            return True
        if after == "gone":
            close_port(self.port)
        if after == "stall":
            self.sock.settimeout(IDLE_LIMIT)
            while self.sock.recv(65536):
                pass
        elif after == "unread":
            self.wait_for_more()
        elif after == "reset":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif after in ("close", "gone"):
            self.say_goodbye()
        return False

    def say_goodbye(self):
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.setblocking(False)
            try:
                self.sock.unwrap()
            except (ssl.SSLError, OSError):
                pass  # the goodbye is sent; the peer's is not waited for


def tls_context(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(CERTS, name + ".pem"))
    return context


def old_tls_context():
    context = tls_context("good")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def bound_socket():
    """A socket on a free port that is named to the system, so that it stays bound when it listens no more."""
    with socket.socket() as chosen:
        chosen.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        chosen.bind(("127.0.0.1", 0))
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(chosen.getsockname())
        return sock


def bind_port(group):
    sock = bound_socket()
    port = sock.getsockname()[1]
    listeners[port] = (sock, group)
    if group != "refused":
        open_port(port)
    return port


def open_port(port):
    sock = listeners[port][0]
    sock.listen(128)
    sock.setblocking(False)
    selector.register(sock, selectors.EVENT_READ, port)


def close_port(port):
    sock = listeners[port][0]
    selector.unregister(sock)
    sock.shutdown(socket.SHUT_RDWR)  # it stays bound, so nobody else can take the port


def accept_for_ever():
    parent, start = os.getppid(), time.time()
    while os.getppid() == parent and time.time() - start < LONGEST_LIFE:
        for ready, _ in selector.select(0.5):
            sock, group = listeners[ready.data]
            try:
                accepted = sock.accept()[0]
            except OSError:
                continue
            accepted.setblocking(True)
            connection = Connection(accepted, group, ready.data)
            threading.Thread(target=connection.run, daemon=True).start()


certificates = {"tls": "good", "unread": "good", "refused": "good",
                "expired": "expired", "wrong_name": "wrong_name", "unknown_ca": "unknown_ca"}
contexts = {group: tls_context(name) for group, name in certificates.items()}
contexts["old_tls"] = old_tls_context()

ports = [f"pid={os.getpid()}"]
for argument in sys.argv[3:]:
    wanted, _, amount = argument.partition("=")
    ports.append(wanted + "=" + ",".join(str(bind_port(wanted)) for _ in range(int(amount))))
print(" ".join(ports), flush=True)
accept_for_ever()
shutil.rmtree(FOLDER, ignore_errors=True)  # whoever started this server died without stopping it
os._exit(0)
