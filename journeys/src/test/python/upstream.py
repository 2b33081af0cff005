"""A program behind the gateway: says what it was asked, holds, streams, and speaks WebSocket.

usage: upstream.py NAME PORT GATE; PORT - takes the variable PORT. What it is to wait for it asks of
the address GATE, which answers when the test lets it.

/ws         echoes WebSocket messages
/hold/X     answers once GATE/X has answered
/events/X   three server-sent events, GATE/X asked after each
/lines      answers each chunk of the request with itself, at once
/flood      as many bytes as FLOOD says; /flooded is how many were taken so far
/name       JSON: name alone
any other   JSON: name, method, path, headers, and the length of the body
"""

import base64
import hashlib
import json
import os
import signal
import struct
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME, PORT, GATE = sys.argv[1:4]
PORT = int(os.environ["PORT"] if PORT == "-" else PORT)
FLOOD = int(os.environ.get("FLOOD", 96 * 1024 * 1024))
flooded = 0


def wait_for(what):
    with urllib.request.urlopen(f"{GATE}/{what}") as answer:
        answer.read()


class Upstream(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.headers.get("upgrade", "").lower() == "websocket":
            self.websocket()
        elif self.path.startswith("/hold/"):
            self.body()
            wait_for(self.path[len("/hold/") :])
            self.answer({"name": NAME})
        elif self.path.startswith("/events/"):
            self.events(self.path[len("/events/") :])
        elif self.path == "/flood":
            self.flood()
        elif self.path == "/flooded":
            self.answer(flooded)
        elif self.path == "/lines":
            self.lines()
        elif self.path == "/name":
            self.body()
            self.answer({"name": NAME})
        else:
            self.answer(
                {
                    "name": NAME,
                    "method": self.command,
                    "path": self.path,
                    "headers": {k.lower(): v for k, v in self.headers.items()},
                    "body": len(self.body()),
                }
            )

    do_POST = do_PUT = do_DELETE = do_GET

    def chunks(self):
        """The request's body, part by part as it comes."""
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            size = int(self.headers.get("content-length", 0))
            if size:
                yield self.rfile.read(size)
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def body(self):
        return b"".join(self.chunks())

    def answer(self, value):
        text = json.dumps(value).encode()
        self.head(200, ("content-type", "application/json"), ("content-length", str(len(text))))
        self.wfile.write(text)

    def head(self, status, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def events(self, gate):
        self.head(200, ("content-type", "text/event-stream"), ("transfer-encoding", "chunked"))
        for number in range(3):
            self.chunk(b"data: %d\n\n" % number)
            wait_for(gate)
        self.chunk(b"")

    def lines(self):
        self.head(200, ("content-type", "text/plain"), ("transfer-encoding", "chunked"))
        for part in self.chunks():
            self.chunk(part)
        self.chunk(b"")

    def flood(self):
        global flooded
        self.head(200, ("content-type", "text/plain"), ("content-length", str(FLOOD)))
        part = b"." * 65536
        for _ in range(FLOOD // len(part)):
            self.wfile.write(part)
            flooded += len(part)

    def websocket(self):
        key = self.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.head(
            101, ("upgrade", "websocket"), ("connection", "Upgrade"), ("sec-websocket-accept", accept)
        )
        self.close_connection = True
        while True:
            first, second = self.rfile.read(2)
            size = second & 127
            if size == 126:
                (size,) = struct.unpack(">H", self.rfile.read(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self.rfile.read(8))
            mask = self.rfile.read(4)
            data = bytes(byte ^ mask[at % 4] for at, byte in enumerate(self.rfile.read(size)))
            if size < 126:
                length = bytes([size])
            else:
                length = b"\x7e" + struct.pack(">H", size)
            self.wfile.write(bytes([first]) + length + data)
            if first & 15 == 8:
                return

    def log_message(self, *_):
        pass


signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
ThreadingHTTPServer.daemon_threads = True
ThreadingHTTPServer.request_queue_size = 512
server = ThreadingHTTPServer(("0.0.0.0", PORT), Upstream)
print(f"{NAME} on port {PORT}, {threading.active_count()} thread", flush=True)
server.serve_forever()
