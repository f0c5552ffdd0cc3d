"""sip.py JSON: SIP callers that send MESSAGEs side by side, as real ones do: over UDP each is sent again until it is
answered. Prints what came of them as JSON. Fields of the argument:
  port, user, text   where to and what
  tls                a file of trust roots: each caller has a TLS connection; without it, UDP
  callers, count     how many callers, and how many messages all of them send together
  ping               a UDP port: while the callers work, an OPTIONS goes there every 20 ms, sent once each
  free_ports         instead of all that: so many ports that are free
"""
import json
import random
import socket
import ssl
import sys
import threading
import time

given = json.loads(sys.argv[1])
lock = threading.Lock()
result = {"statuses": {}, "slowest": 0, "again": 0, "pings": 0, "slowest_ping": 0, "lost_pings": 0}


def request(method, user, text, via):
    tag = "%x" % random.getrandbits(60)
    return (
        f"{method} sip:{user}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{via};branch=z9hG4bK{tag}\r\nMax-Forwards: 70\r\n"
        f"From: <sip:a@127.0.0.1>;tag={tag}\r\nTo: <sip:{user}@127.0.0.1>\r\nCall-ID: {tag}\r\nCSeq: 1 {method}\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n{text}"
    ).encode(), tag


class Udp:
    def __init__(self, port):
        self.sock = socket.socket(type=socket.SOCK_DGRAM)
        self.sock.connect(("127.0.0.1", port))
        self.via = "UDP 127.0.0.1:%d" % self.sock.getsockname()[1]

    def answer(self, tag, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.sock.settimeout(max(0.001, until - time.monotonic()))
            try:
                text = self.sock.recv(65535).decode()
            except (TimeoutError, ConnectionError):
                continue
            if tag in text and not text.startswith("SIP/2.0 1"):
                return text.split(" ", 2)[1]
        return None

    def talk(self, method, user, text, waits):
        data, tag = request(method, user, text, self.via)
        for number, wait in enumerate(waits):
            if number > 0:
                with lock:
                    result["again"] += 1
            self.sock.send(data)
            status = self.answer(tag, wait)
            if status:
                return status
        return "none"


class Tls:
    def __init__(self, port, roots):
        context = ssl.create_default_context(cafile=roots)
        self.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1")
        self.sock.settimeout(20)
        self.via = "TLS 127.0.0.1:%d" % self.sock.getsockname()[1]
        self.read = self.sock.makefile("rb")

    def talk(self, method, user, text, _):
        data, tag = request(method, user, text, self.via)
        self.sock.sendall(data)
        while True:
            status = self.one_answer(tag)
            if status:
                return status

    def one_answer(self, tag):
        line = self.read.readline().decode()
        if not line:
            return "closed"
        status, ours, length = line.split(" ", 2)[1], False, 0
        while line not in ("\r\n", ""):
            line = self.read.readline().decode()
            ours = ours or tag in line
            if line.lower().startswith("content-length:"):
                length = int(line[15:])
        self.read.read(length)
        return status if ours and not status.startswith("1") else None


def call(count):
    try:
        line = Tls(given["port"], given["tls"]) if given.get("tls") else Udp(given["port"])
    except OSError as error:
        line, failed = None, type(error).__name__
    for _ in range(count):
        started = time.monotonic()
        try:
            status = line.talk("MESSAGE", given["user"], given["text"], (0.5, 1, 2, 4, 4)) if line else failed
        except OSError as error:
            status = type(error).__name__
        with lock:
            result["statuses"][status] = result["statuses"].get(status, 0) + 1
            result["slowest"] = max(result["slowest"], 1000 * (time.monotonic() - started))


def ping(busy):
    line = Udp(given["ping"])
    while busy():
        started = time.monotonic()
        status = line.talk("OPTIONS", "ping", "", (5,))
        result["pings"] += 1
        result["lost_pings"] += status != "200"
        result["slowest_ping"] = max(result["slowest_ping"], 1000 * (time.monotonic() - started))
        time.sleep(0.02)


def main():
    callers = given.get("callers", 1)
    count = given.get("count", callers)
    threads = [threading.Thread(target=call, args=(count // callers,), daemon=True) for _ in range(callers)]
    for thread in threads:
        thread.start()
    if given.get("ping"):
        ping(lambda: any(thread.is_alive() for thread in threads))
    for thread in threads:
        thread.join()
    print(json.dumps(result))


def free_ports(count):
    held = []
    while len(held) < count:
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        tcp.bind(("127.0.0.1", 0))
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            continue
        held.append((tcp, udp))
    print(*[tcp.getsockname()[1] for tcp, _ in held])


if given.get("free_ports"):
    free_ports(given["free_ports"])
else:
    main()
