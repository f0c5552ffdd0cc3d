"""The steps that a script of relayserver.py may have.

Before the handshake (which is done properly by the first step of another kind):
  accept      "stall": says nothing, not even TLS's hello; "reset", "fin": cuts before it
  refuse      a status: answers the handshake with it; `headers`, `body`
  handshake   {headers = {...}, accept = "..."}: done with these headers more, or that Sec-WebSocket-Accept
  answer_raw  bytes in place of the handshake's answer

What is heard:
  expect      a method: reads until a request of it comes, `seconds` at most (10). It is $last then, and $<save>.
              `answer` (a result), `error` or `frame` answer it at once
  reply       reads until the answer to the last request of ours comes, `seconds` at most. It is $last, and $<save>
  on          a method, or "calling.*", or "*": `steps` are played for each such request that no later step expects,
              at most `times` times; $last is the request. The newest rule that fits wins; steps = {} drops it
  sleep       reads that many seconds

What is said:
  answer, error   to $last, or `to` a request that was saved
  event       an event_type with `params`: a signalwire.event. `id`; `outer`: fields beside params; `copies`: the
              same frame so often; `count`: so many events, $n is the number of each; `ping_every`: behind each so
              many of them a ping of ours, with the id "ping <n>", and what comes in is read meanwhile
  request     a method with `params`, `id`
  frame       any JSON value;  text, binary: a message of those bytes
  raw         bytes as they are, or `hex`
  ws          a frame: {opcode = 1, payload = "", fin = true, rsv = 0, mask = false, length = the lie}
  ping        a WebSocket ping with that payload;  close: a code, with `reason`
  together    a list of steps whose bytes leave in one write
  write       {size = bytes, pause = seconds}: from here on in pieces

The end, and worse:
  cut         "reset", "fin" (no TLS goodbye) or "close" (orderly)
  cut_after   that many bytes written from here on, `how` as above
  cut_after_read   that many bytes read from here on
  stall       seconds in which nothing is read nor written
  deaf        true: reads on, but says nothing by itself any more, neither to pings nor by rules
  gone        seconds in which the port refuses connections, or until FOLDER/<port>.back is there

A string "$name.path.to" in what is said is taken from the request of that name.
"""
import fnmatch
import json
import select
import socket
import ssl
import struct
import threading
import time
import uuid

from websockets.frames import Opcode

from relaywire import Cut, Wire, bytes_of, frame_bytes, text_of


def lookup(path, saved):
    value = saved
    for name in path.split("."):
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value


def filled(value, saved):
    if isinstance(value, str) and value.startswith("$"):
        return lookup(value[1:], saved)
    if isinstance(value, list):
        return [filled(item, saved) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, saved) for key, item in value.items()}
    return value


PATIENCE = 10  # seconds

SESSION = {
    "protocol": "signalwire_spec_protocol", "identity": "spec@signalwire", "sessionid": "spec-session",
    "nodeid": "spec-node", "authorization": {"project": "wire-project", "expires_at": None}, "ice_servers": [],
}
POLITE = [
    {"on": "signalwire.connect", "steps": [{"answer": SESSION}]},
    {"on": "signalwire.ping", "steps": [{"answer": {}}]},
    {"on": "signalwire.receive", "steps": [{"answer": {"code": "200", "message": "Receiving events"}}]},
    {"on": "signalwire.unreceive", "steps": [{"answer": {"code": "200", "message": "Unreceiving events"}}]},
]


class Connection(Wire):
    def __init__(self, sock, port, number, log):
        super().__init__(sock)
        self.port, self.number, self.write_log = port, number, log
        self.steps = list(port.script(number))
        self.rules = [dict(rule) for rule in POLITE]
        self.requests, self.replies, self.saved = [], {}, {}
        self.our_last_id, self.request_line = None, None
        self.shaken = self.deaf = False

    def log(self, event, **fields):
        self.write_log(event, port=self.port.number, connection=self.number, **fields)

    def run(self):
        self.log("open")
        try:
            self.sock.settimeout(120)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not (self.steps and "accept" in self.steps[0]):
                self.begin_tls()
            self.play_all()
        except Cut as end:
            self.log("closed", why=str(end))
        except (OSError, ValueError) as problem:
            self.log("closed", why=str(problem))
        except Exception as problem:  # a script that is wrong must not look like a silent server
            self.log("problem", why=f"{type(problem).__name__}: {problem}")
        finally:
            self.sock.close()

    def begin_tls(self):
        if self.port.tls:
            self.sock = self.port.tls.wrap_socket(self.sock, server_side=True)

    # Out --------------------------------------------------------------------------------------------------

    def say(self, frame, copies=1):
        text = bytes_of(json.dumps(frame, separators=(",", ":"), ensure_ascii=False))
        began = time.time()
        for _ in range(copies):
            self.message(text)
        self.log("said", frame=frame, began=began)

    # Bytes in -------------------------------------------------------------------------------------------------

    def pump(self, seconds):
        """Reads once, for so long at most; returns False if nothing came."""
        newest = self.port.newest is self
        watched = [self.sock] + ([self.port.pipe] if newest else [])
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            ready = [self.sock]
        else:
            ready = select.select(watched, [], [], max(0, min(seconds, 0.5)))[0]
        if newest and self.port.pipe in ready:
            self.steps.extend(self.port.read_pipe())
        if self.sock not in ready:
            return False
        limit = 65536 if self.may_read is None else max(1, min(65536, self.may_read))
        data = self.sock.recv(limit)
        if not data:
            raise Cut("the peer has gone")
        if self.may_read is not None:
            self.may_read -= len(data)
        self.websocket.receive_data(data)
        self.take_in()
        if self.may_read is not None and self.may_read <= 0:
            self.cut(self.how)
        return True

    def take_in(self):
        for event in self.websocket.events_received():
            if not hasattr(event, "opcode"):
                self.request_line = event
            else:
                self.take_frame(event)
        refusal = getattr(self.websocket, "handshake_exc", None) or getattr(self.websocket, "parser_exc", None)
        if refusal is not None and not isinstance(refusal, EOFError):
            self.log("problem", why=f"the client broke the protocol: {refusal}")
        if self.shaken:
            if self.deaf:
                self.websocket.data_to_send()
            else:
                self.flush()

    def take_frame(self, frame):
        opcode, data = frame.opcode, bytes(frame.data)
        if opcode in (Opcode.PING, Opcode.PONG):
            self.log(opcode.name.lower(), data=text_of(data))
        elif opcode is Opcode.CLOSE:
            code = struct.unpack("!H", data[:2])[0] if len(data) >= 2 else None
            self.log("close", code=code, reason=text_of(data[2:]))
        else:
            self.take_message(data, opcode, frame.fin)

    def take_message(self, data, opcode, fin):
        try:
            value = json.loads(data)
        except ValueError:
            value = None
        if opcode is not Opcode.TEXT or not fin or not isinstance(value, dict):
            self.log("frame", opcode=int(opcode), fin=fin, data=text_of(data))
        elif "method" in value:
            self.log("request", method=value["method"], id=value.get("id"), params=value.get("params"), frame=value,
                     size=len(data))
            self.take_request(value)
        else:
            self.log("reply", id=value.get("id"), result=value.get("result"), error=value.get("error"), frame=value)
            self.replies[json.dumps(value.get("id"))] = value

    def take_request(self, request):
        method = request["method"]
        expected = sum(1 for step in self.steps if fnmatch.fnmatchcase(method, step.get("expect", "")))
        waiting = sum(1 for other in self.requests if other["method"] == method)
        rule = next((rule for rule in reversed(self.rules) if fnmatch.fnmatchcase(method, rule["on"])), None)
        if expected > waiting or rule is None or self.deaf:
            self.requests.append(request)
            return
        if "times" in rule:
            rule["times"] -= 1
            if rule["times"] <= 0:
                self.rules.remove(rule)
        last = self.saved.get("last")
        self.saved["last"] = request
        for step in rule.get("steps") or []:
            self.play(step)
        self.saved["last"] = last

    def until(self, found, seconds, what):
        """Reads until `found()` has something; that, or nil and a problem in the log."""
        stop = time.monotonic() + seconds
        while True:
            value = found()
            if value is not None:
                return value
            left = stop - time.monotonic()
            if left <= 0:
                self.log("problem", why=f"{what} did not come in {seconds} s")
                raise Cut("the script waited in vain")
            self.pump(left)

    # Steps ----------------------------------------------------------------------------------------------------

    def play_all(self):
        while True:
            if not self.steps:
                self.shake_hands()
                self.pump(0.5)
                continue
            step = self.steps[0]
            if "expect" not in step:
                self.steps.pop(0)
            self.play(step)
            if "expect" in step:
                self.steps.remove(step)

    BEFORE = ("accept", "refuse", "handshake", "answer_raw", "cut_after", "cut_after_read", "write", "on", "gone")

    def play(self, step):
        verb = next((verb for verb in self.VERBS if verb in step), None)
        if verb is None:
            raise RuntimeError(f"no step: {json.dumps(step)}")
        if verb not in self.BEFORE:
            self.shake_hands()
        getattr(self, "do_" + verb)(step[verb], step)

    def read_handshake(self):
        return self.until(lambda: self.request_line, PATIENCE, "the handshake")

    def shake_hands(self, more=None):
        if self.shaken:
            return
        request = self.read_handshake()
        response = self.websocket.accept(request)
        for name, value in (more or {}).get("headers", {}).items():
            response.headers[name] = value
        if more and "accept" in more:
            del response.headers["Sec-WebSocket-Accept"]
            response.headers["Sec-WebSocket-Accept"] = more["accept"]
        self.log("handshake", path=request.path, status=response.status_code,
                 headers=[[name.lower(), value] for name, value in request.headers.raw_items()])
        self.shaken = True
        self.websocket.send_response(response)
        self.flush()
        if response.status_code != 101:
            raise Cut("refused")

    def do_accept(self, how, step):
        if how == "stall":
            while self.sock.recv(65536):
                pass
            raise Cut("the peer has gone")
        self.cut(how)

    def do_refuse(self, status, step):
        request = self.read_handshake()
        body = step.get("body", "")
        head = "".join(f"{name}: {value}\r\n" for name, value in step.get("headers", {}).items())
        self.log("handshake", path=request.path, status=status,
                 headers=[[name.lower(), value] for name, value in request.headers.raw_items()])
        text = f"HTTP/1.1 {status} Refused\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
        self.write(bytes_of(text))
        raise Cut("refused")

    def do_handshake(self, more, step):
        self.shake_hands(more)

    def do_answer_raw(self, data, step):
        self.read_handshake()
        self.shaken = True
        self.write(bytes_of(data))

    def do_expect(self, method, step):
        def found():
            for i, request in enumerate(self.requests):
                if fnmatch.fnmatchcase(request["method"], method):
                    return self.requests.pop(i)
            return None
        self.keep(self.until(found, step.get("seconds", PATIENCE), method), step)
        for verb in ("answer", "error", "frame"):
            if verb in step:
                getattr(self, "do_" + verb)(step[verb], {})

    def keep(self, value, step):
        self.saved["last"] = value
        if "save" in step:
            self.saved[step["save"]] = value

    def do_reply(self, wanted, step):
        key = json.dumps(self.our_last_id)
        self.keep(self.until(lambda: self.replies.pop(key, None), step.get("seconds", PATIENCE), "the reply"), step)

    def do_on(self, method, step):
        self.rules.append(dict(step))

    def do_sleep(self, seconds, step):
        stop = time.monotonic() + seconds
        while time.monotonic() < stop:
            self.pump(stop - time.monotonic())

    def do_answer(self, result, step):
        request = self.saved[step.get("to", "last")]
        self.say({"jsonrpc": "2.0", "id": request.get("id"), "result": filled(result, self.saved)})

    def do_error(self, error, step):
        request = self.saved[step.get("to", "last")]
        self.say({"jsonrpc": "2.0", "id": request.get("id"), "error": filled(error, self.saved)})

    def do_event(self, event_type, step):
        for n in range(1, step.get("count", 1) + 1):
            self.saved["n"] = n
            params = {"event_type": event_type, "params": filled(step.get("params") or {}, self.saved),
                      "timestamp": time.time(), "project_id": "wire-project"}
            params.update(filled(step.get("outer") or {}, self.saved))
            self.say_request("signalwire.event", params, step)
            if "ping_every" in step:
                self.ping_between(n, step["ping_every"])

    def ping_between(self, n, every):
        self.pump(0)
        if n % every == 0:
            self.say_request("signalwire.ping", {}, {"id": f"ping {n}"})

    def do_request(self, method, step):
        self.say_request(method, filled(step.get("params") or {}, self.saved), step)

    def say_request(self, method, params, step):
        self.our_last_id = step.get("id", str(uuid.uuid4()))
        frame = {"jsonrpc": "2.0", "id": self.our_last_id, "method": method, "params": params}
        self.say(frame, step.get("copies", 1))

    def do_frame(self, frame, step):
        self.say(filled(frame, self.saved))

    def do_text(self, text, step):
        self.message(bytes_of(text))

    def do_binary(self, text, step):
        self.message(bytes_of(text), Opcode.BINARY)

    def do_raw(self, data, step):
        self.write(bytes_of(data))

    def do_hex(self, digits, step):
        self.write(bytes.fromhex(digits))

    def do_ws(self, frame, step):
        self.write(frame_bytes(**frame))

    def do_ping(self, payload, step):
        self.write(frame_bytes(opcode=9, payload=payload))

    def do_close(self, code, step):
        payload = struct.pack("!H", code) + bytes_of(step.get("reason", ""))
        self.write(frame_bytes(opcode=8, payload=text_of(payload)))

    def do_together(self, steps, step):
        self.held = b""
        for inner in steps:
            self.play(inner)
        data, self.held = self.held, None
        self.write(data)

    def do_write(self, how, step):
        self.writing = how

    def do_cut(self, how, step):
        self.cut(how)

    def do_cut_after(self, amount, step):
        self.may_write, self.how = amount, step.get("how", "reset")
        if amount == 0:
            self.cut(self.how)

    def do_cut_after_read(self, amount, step):
        self.may_read, self.how = amount, step.get("how", "reset")

    def do_stall(self, seconds, step):
        time.sleep(seconds)

    def do_deaf(self, wanted, step):
        self.deaf = wanted

    def do_gone(self, seconds, step):
        self.port.close()
        threading.Thread(target=self.port.come_back, args=(seconds,), daemon=True).start()

    VERBS = ("expect", "reply", "accept", "refuse", "handshake", "answer_raw", "on", "sleep", "event", "request",
             "answer", "error", "frame", "text", "binary", "raw", "hex", "ws", "ping", "close", "together", "write",
             "cut", "cut_after", "cut_after_read", "stall", "deaf", "gone")
