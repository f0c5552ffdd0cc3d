"""What a connection of relayserver.py writes: in pieces, up to a byte, by the WebSocket's rules or against them."""
import os
import socket
import ssl
import struct
import time

from websockets.frames import Opcode

try:
    from websockets.server import ServerProtocol
except ImportError:  # before websockets 11
    from websockets.server import ServerConnection as ServerProtocol


def bytes_of(text):
    """What text_of made a text of; it need not be UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def text_of(data):
    return data.decode("utf-8", "surrogateescape")


class Cut(Exception):
    """The connection is over, as the script wanted or as the peer did."""


def frame_bytes(opcode=1, payload="", fin=True, rsv=0, mask=False, length=None):
    data = bytes_of(payload)
    told = len(data) if length is None else length
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    flag = 0x80 if mask else 0
    if told < 126:
        head += bytes([flag | told])
    elif told < 65536:
        head += bytes([flag | 126]) + struct.pack("!H", told)
    else:
        head += bytes([flag | 127]) + struct.pack("!Q", told)
    if not mask:
        return head + data
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[i % 4] for i, byte in enumerate(data))


class Wire:
    def __init__(self, sock):
        self.sock = sock
        self.websocket = ServerProtocol(max_size=None)
        self.held = None
        self.writing = {}
        self.may_write, self.may_read, self.how = None, None, "reset"

    def write(self, data):
        if self.held is not None:
            self.held += data
            return
        size, pause = self.writing.get("size"), self.writing.get("pause", 0)
        if not size:
            return self.write_now(data)
        for start in range(0, len(data), size):
            self.write_now(data[start:start + size])
            time.sleep(pause)

    def write_now(self, data):
        if self.may_write is not None and len(data) >= self.may_write:
            self.sock.sendall(data[:self.may_write])
            self.cut(self.how)
        if self.may_write is not None:
            self.may_write -= len(data)
        self.sock.sendall(data)

    def cut(self, how):
        if how == "reset":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if isinstance(self.sock, ssl.SSLSocket):
                socket.socket(fileno=self.sock.detach()).close()
        elif how == "close" and isinstance(self.sock, ssl.SSLSocket):
            self.sock.setblocking(False)
            try:
                self.sock.unwrap()
            except (ssl.SSLError, OSError):
                pass  # the goodbye is sent; the peer's is not waited for
        elif how not in ("fin", "close"):
            raise RuntimeError(f"cut knows no way '{how}'")
        raise Cut("cut: " + how)

    def flush(self):
        """What the WebSocket has to say by itself: the handshake's answer, messages, pongs, closes."""
        for data in self.websocket.data_to_send():
            if data == b"":
                raise Cut("the WebSocket is closed")
            self.write(data)

    def message(self, data, opcode=Opcode.TEXT):
        if self.websocket.state.name == "OPEN":
            send = self.websocket.send_text if opcode == Opcode.TEXT else self.websocket.send_binary
            send(data)
            self.flush()
        else:  # after a close of ours: said all the same, as the script wants
            self.write(frame_bytes(opcode=int(opcode), payload=text_of(data)))
