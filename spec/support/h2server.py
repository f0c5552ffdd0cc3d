#!/usr/bin/env python3
"""An HTTP/2 server over TLS for the specs, that misbehaves by request. Usage: h2server.py FOLDER CERTS

It listens on 127.0.0.1, and prints one line: pid=123 port=4001. What it does with a request says the first segment of
its path, up to a dash:
  ok            answers
  swap          keeps the answer until another of these has come, and answers that one first; each with the control_id
                of its request as the id
  goaway        answers, and says that it takes no more
  goaway_none   says that it took none, and closes
  goaway_wait   says that it took this one, and closes without an answer
  refused       RST_STREAM with REFUSED_STREAM, which says that it did nothing
  rst           RST_STREAM with INTERNAL_ERROR
  rst_headers   the answer's headers, then RST_STREAM
  rst_body      half of the answer's body, then RST_STREAM
  half          half of the answer's body, then the end of the stream
  close, reset  the connection, without an answer
  silent        nothing
Each request read whole is a line in FOLDER/log: its path, the number of its connection, and its body.
"""
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time

import h2.config
import h2.connection
import h2.errors
import h2.events

FOLDER, CERTS = sys.argv[1], sys.argv[2]
LONGEST_LIFE = 1800
BODY = b'{"id":"a-leg"}'

log_file = open(os.path.join(FOLDER, "log"), "w", buffering=1)
lock = threading.Lock()


class Connection:
    def __init__(self, sock, number):
        self.sock, self.number = sock, number
        self.http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.requests, self.waiting, self.bodies = {}, [], {}

    def run(self):
        try:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sock = context.wrap_socket(self.sock, server_side=True)
            self.http.initiate_connection()
            self.flush()
            while self.serve():
                self.flush()
            self.flush()
        except (OSError, h2.exceptions.ProtocolError):
            pass
        finally:
            self.sock.close()

    def flush(self):
        self.sock.sendall(self.http.data_to_send())

    def serve(self):
        data = self.sock.recv(65536)
        if not data:
            return False
        for event in self.http.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                self.requests[event.stream_id] = [dict(event.headers), b""]
            elif isinstance(event, h2.events.DataReceived):
                self.requests[event.stream_id][1] += event.data
                self.http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                if not self.take(event.stream_id):
                    return False
        return True

    def take(self, stream):
        headers, body = self.requests.pop(stream)
        self.bodies[stream] = body
        path = (headers.get(b":path") or headers.get(":path") or b"")
        path = path if isinstance(path, str) else path.decode()
        with lock:
            log_file.write(json.dumps({"path": path, "connection": self.number, "body": body.decode("latin-1")}) + "\n")
        return getattr(self, "do_" + path.split("/")[1].split("-")[0])(stream) is not False

    def head(self, stream, body=BODY):
        self.http.send_headers(stream, [(":status", "200"), ("content-length", str(len(body)))])

    def do_ok(self, stream, body=BODY):
        self.head(stream, body)
        self.http.send_data(stream, body, end_stream=True)

    def do_swap(self, stream):
        self.waiting.append(stream)
        if len(self.waiting) == 2:
            for late in reversed(self.waiting):
                control_id = json.loads(self.bodies[late])["params"]["control_id"]
                self.do_ok(late, json.dumps({"id": control_id}).encode())
                self.flush()
            self.waiting = []

    def do_goaway(self, stream):
        self.do_ok(stream)
        self.http.close_connection(last_stream_id=stream)
        return False

    def do_goaway_none(self, stream):
        self.http.close_connection(last_stream_id=0)
        return False

    def do_goaway_wait(self, stream):
        self.http.close_connection(last_stream_id=stream)
        return False

    def do_refused(self, stream):
        self.http.reset_stream(stream, h2.errors.ErrorCodes.REFUSED_STREAM)

    def do_rst(self, stream):
        self.http.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR)

    def do_rst_headers(self, stream):
        self.head(stream)
        self.do_rst(stream)

    def do_rst_body(self, stream):
        self.head(stream)
        self.http.send_data(stream, BODY[:5])
        self.do_rst(stream)

    def do_half(self, stream):
        self.http.send_headers(stream, [(":status", "200")])
        self.http.send_data(stream, BODY[:5], end_stream=True)

    def do_close(self, stream):
        return False

    def do_reset(self, stream):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def do_silent(self, stream):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(CERTS, "good.pem"))
context.set_alpn_protocols(["h2"])

listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(f"pid={os.getpid()} port={listener.getsockname()[1]}", flush=True)
listener.settimeout(0.5)
parent, start, number = os.getppid(), time.time(), 0
while os.getppid() == parent and time.time() - start < LONGEST_LIFE:
    try:
        accepted = listener.accept()[0]
    except OSError:
        continue
    accepted.setblocking(True)
    number += 1
    threading.Thread(target=Connection(accepted, number).run, daemon=True).start()
os._exit(0)
