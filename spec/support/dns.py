#!/usr/bin/env python3
"""A name server for the specs, on a port of 127.0.0.1 that it prints. Every name below localhost is 127.0.0.1; below
hangs.test no answer comes; all else does not exist. It ends with the program that started it."""
import os
import socket
import struct

LOOPBACK = socket.inet_aton("127.0.0.1")


def name_of(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("ascii", "replace").lower())
        at += query[at] + 1
    return labels, at + 5


def answer(query):
    labels, end = name_of(query)
    if labels[-2:] == ["hangs", "test"]:
        return None
    wants_ipv4 = query[end - 4:end] == b"\0\1\0\1"
    exists = labels[-1] == "localhost"
    found = exists and wants_ipv4
    head = query[:2] + struct.pack(">HHHHH", 0x8180 if exists else 0x8183, 1, 1 if found else 0, 0, 0)
    record = b"\xc0\x0c\0\1\0\1" + struct.pack(">IH", 60, 4) + LOOPBACK if found else b""
    return head + query[12:end] + record


server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
server.settimeout(0.5)
print(os.getpid(), server.getsockname()[1], flush=True)
parent = os.getppid()
while os.getppid() == parent:
    try:
        query, client = server.recvfrom(4096)
        reply = answer(query)
        if reply:
            server.sendto(reply, client)
    except (TimeoutError, IndexError):
        pass
