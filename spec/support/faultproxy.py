#!/usr/bin/env python3
"""A TCP proxy that breaks connections by plan. Usage: faultproxy.py FOLDER PORT

It listens on 127.0.0.1 before PORT, and prints one line: pid=123 port=4001. FOLDER/plan.json says what to do from the
moment that it is written; bytes are counted from there. A plan:
  up, down  how many bytes pass from the client, or to it, before `act`; without a number all pass
  act       close, reset, half (no more is sent that way, the other way stays open), stall (nothing passes any more)
  delay     seconds that each chunk waits
  pace      seconds between single bytes
  times     only so many connections are broken, of those to come; all others pass
A connection to which `act` was done is done with; the next one has the same plan, counted anew.
"""
import json
import os
import select
import socket
import struct
import sys
import threading
import time

FOLDER, TARGET = sys.argv[1], int(sys.argv[2])
PLAN = os.path.join(FOLDER, "plan.json")
LONGEST_LIFE = 1800


class Plan:
    broken = {}  # how many connections were, by the stamp of the plan

    def __init__(self):
        self.stamp, self.fields, self.is_new = None, {}, True

    def is_spent(self):
        return self.broken.get(self.stamp, 0) >= self.fields.get("times", float("inf"))

    def read(self):
        """True where it has changed."""
        try:
            status = os.stat(PLAN)
        except OSError:
            return False
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp == self.stamp:
            return False
        with open(PLAN, encoding="utf-8") as file:
            self.fields = json.load(file)
        if "times" in self.fields and not self.is_new:
            self.fields = {}
        self.stamp = stamp
        return True


class Pair:
    def __init__(self, client):
        self.client = client
        self.server = socket.create_connection(("127.0.0.1", TARGET))
        for sock in (self.client, self.server):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.plan = Plan()
        self.passed = {"up": 0, "down": 0}
        self.open_ends = [self.client, self.server]

    def run(self):
        try:
            self.refresh()
            self.plan.is_new = False
            while self.open_ends and self.pass_on():
                pass
        except OSError:
            pass
        finally:
            self.client.close()
            self.server.close()

    def refresh(self):
        if self.plan.read():
            self.passed = {"up": 0, "down": 0}

    def is_due(self, way):
        limit = self.plan.fields.get(way)
        return limit is not None and self.passed[way] >= limit and not self.plan.is_spent()

    def pass_on(self):
        ready, _, _ = select.select(self.open_ends, [], [], 60)
        self.refresh()
        for source in ready:
            way, target = ("up", self.server) if source is self.client else ("down", self.client)
            if self.is_due(way):
                return self.act(source, target)
            data = source.recv(self.room(way))
            if not data:
                self.open_ends.remove(source)
                target.shutdown(socket.SHUT_WR)
                continue
            self.send(target, data, way)
            if self.is_due(way) and not self.act(source, target):
                return False
        return bool(ready)

    def room(self, way):
        limit = self.plan.fields.get(way)
        return 65536 if limit is None or self.plan.is_spent() else min(65536, limit - self.passed[way])

    def send(self, target, data, way):
        time.sleep(self.plan.fields.get("delay", 0))
        pace = self.plan.fields.get("pace", 0)
        for start in range(0, len(data), 1 if pace else len(data)):
            target.sendall(data[start:start + 1] if pace else data)
            time.sleep(pace)
        self.passed[way] += len(data)

    def act(self, source, target):
        act = self.plan.fields.get("act", "close")
        self.plan.broken[self.plan.stamp] = self.plan.broken.get(self.plan.stamp, 0) + 1
        if act == "reset":
            for sock in (self.client, self.server):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif act == "half":
            target.shutdown(socket.SHUT_WR)
            self.open_ends.remove(source)
            return True
        elif act == "stall":
            while self.client.recv(65536):
                pass
        return False


def accept_for_ever():
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(f"pid={os.getpid()} port={listener.getsockname()[1]}", flush=True)
    listener.settimeout(0.5)
    parent, start = os.getppid(), time.time()
    while os.getppid() == parent and time.time() - start < LONGEST_LIFE:
        try:
            client = listener.accept()[0]
            client.setblocking(True)
            threading.Thread(target=Pair(client).run, daemon=True).start()
        except OSError:
            continue


accept_for_ever()
os._exit(0)
