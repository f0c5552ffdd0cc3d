#!/usr/bin/env python3
"""Says over TLS what its standard input holds, and prints what comes back first. Usage: tlssay.py PORT CA_FILE"""
import socket
import ssl
import sys

context = ssl.create_default_context(cafile=sys.argv[2])
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as plain:
    with context.wrap_socket(plain, server_hostname="127.0.0.1") as sock:
        sock.sendall(sys.stdin.buffer.read())
        sys.stdout.buffer.write(sock.recv(65536))
