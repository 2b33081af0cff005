"""Runs a Python function `predict(event, context)` behind HTTP. Standard library only.

One process listens (the front); the function runs in workers, processes that have loaded its module
once and handle one request at a time. So a handler that hangs, dies or eats memory costs its own
request alone: its worker is ended and replaced. Between the two go frames over a socket: a JSON head
and a body, each with its length before it.

Variables: PORT (8080), FUNCTION_HANDLER (FILE:NAME, or the first argument), FUNCTION_DIRECTORY (/function),
FUNCTION_TIMEOUT (seconds, 300), FUNCTION_CONCURRENCY (workers at most, 4), FUNCTION_MEMORY (bytes of
one worker, 0 for no bound), FUNCTION_MAX_BODY (bytes, 64 MiB), FUNCTION_LOAD_TIMEOUT (seconds, 300).
"""
import asyncio
import base64
import importlib.util
import inspect
import json
import os
import signal
import socket
import struct
import sys
import time
import traceback
import urllib.parse
import uuid

LENGTHS = struct.Struct(">IQ")
HEAD_LIMIT = 64 * 1024
CHUNK_LINE_LIMIT = 1024
MOST_WAITING = 1000
MOST_FRAME = 1 << 30
MEMORY_EVERY = 0.25
IDLE_SECONDS = 60
KEEP_ALIVE_SECONDS = 120
SLOW_HEAD_SECONDS = 60
MOST_MESSAGE = 4000
FIRST_PAUSE = 0.2
LAST_PAUSE = 10


def say(text):
    print(text, file=sys.stderr, flush=True)


def number(name, default):
    """The value of a variable that is a number of at least 0."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < 1e18:
        sys.exit(f"{name}: found {text!r}, expected a number of at least 0")
    return value


class Settings:
    def __init__(self, handler):
        self.handler = handler
        given = os.environ.get("FUNCTION_DIRECTORY") or os.environ.get("SLIPWAY_MOUNT_FUNCTION")
        usual = "/function" if os.path.isdir("/function") else "."
        self.directory = os.path.abspath(given or usual)
        self.port = int(number("PORT", 8080))
        self.timeout = number("FUNCTION_TIMEOUT", 300) or 300
        self.workers = max(1, int(number("FUNCTION_CONCURRENCY", 4)))
        self.memory = int(number("FUNCTION_MEMORY", 0))
        self.body = int(number("FUNCTION_MAX_BODY", 64 << 20))
        self.load = number("FUNCTION_LOAD_TIMEOUT", 300) or 300


# ---- the worker: a process of its own -------------------------------------------------------------


class Context:
    """What a handler is told beside the event."""

    def __init__(self, head):
        self.aws_request_id = self.request_id = head["id"]
        self.function_name = os.environ.get("K_SERVICE", "function")
        self.function_version = os.environ.get("K_REVISION", "")
        self.memory_limit_in_mb = int(head["memory"]) >> 20
        self.deadline = time.time() + head["seconds"]

    def get_remaining_time_in_millis(self):
        return max(0, int((self.deadline - time.time()) * 1000))


def find(handler, directory):
    """The file and the name of `file.py:name`, `module:name`, `module.name` or `file.py`."""
    where, colon, name = handler.rpartition(":")
    if not colon:
        where, name = handler, "predict"
        if not handler.endswith(".py") and "." in handler:
            where, name = handler.rsplit(".", 1)
    path = where if where.endswith(".py") else where.replace(".", "/") + ".py"
    return os.path.join(directory, path), name or "predict"


def load(handler, directory):
    path, name = find(handler, directory)
    if not os.path.isfile(path):
        raise FileNotFoundError(f"handler {handler!r}: there is no file {path}")
    for each in (directory, os.path.dirname(path)):
        if each not in sys.path:
            sys.path.insert(0, each)
    module = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(module, path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[module] = loaded
    spec.loader.exec_module(loaded)
    function = getattr(loaded, name, None)
    if not callable(function):
        raise AttributeError(f"handler {handler!r}: {path} has no function {name!r}")
    return function


def caller(function):
    """How to call it, with as many of (event, context) as it takes."""
    try:
        taken = [
            each
            for each in inspect.signature(function).parameters.values()
            if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD, each.VAR_POSITIONAL)
        ]
        several = any(each.kind == each.VAR_POSITIONAL for each in taken)
        count = 2 if several else min(2, len(taken))
    except (TypeError, ValueError):
        count = 2
    loop = asyncio.new_event_loop()

    def call(event, context):
        result = function(*(event, context)[:count])
        if inspect.isawaitable(result):
            return loop.run_until_complete(wait(result))
        return result

    return call


async def wait(something):
    return await something


def text_or_base64(body):
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), True


def event_of(head, body):
    """The request as a proxy integration of AWS Lambda has it, and a CloudEvent where it is one."""
    path, _, query = head["target"].partition("?")
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    many = {}
    for name, value in head["headers"]:
        many.setdefault(name, []).append(value)
    queries = {}
    for name, value in pairs:
        queries.setdefault(name, []).append(value)
    headers = {name: ", ".join(values) for name, values in many.items()}
    text, encoded = text_or_base64(body)
    event = {
        "httpMethod": head["method"],
        "path": urllib.parse.unquote(path),
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "multiValueHeaders": many,
        "queryStringParameters": {name: values[-1] for name, values in queries.items()},
        "multiValueQueryStringParameters": queries,
        "pathParameters": {},
        "stageVariables": {},
        "requestContext": {
            "requestId": head["id"],
            "httpMethod": head["method"],
            "path": path,
            "protocol": "HTTP/1.1",
            "identity": {"sourceIp": head["peer"], "userAgent": headers.get("user-agent", "")},
        },
        "body": text,
        "isBase64Encoded": encoded,
    }
    cloud = cloud_event(headers, text, encoded)
    if cloud is not None:
        event["cloudEvent"] = cloud
        data = cloud.get("data", cloud.get("data_base64"))
        if is_structured(headers) and data is not None:
            event["body"] = data if isinstance(data, str) else json.dumps(data)
            event["isBase64Encoded"] = "data_base64" in cloud
    return event


def is_structured(headers):
    return headers.get("content-type", "").lower().startswith("application/cloudevents+json")


def is_json(kind):
    kind = kind.split(";")[0].strip().lower()
    return kind.endswith("/json") or kind.endswith("+json")


def cloud_event(headers, text, encoded):
    """A CloudEvent of either mode as its JSON form; None where the request is none."""
    if is_structured(headers):
        event = json.loads(text)
        if not isinstance(event, dict) or not event.get("specversion"):
            raise BadRequest("a CloudEvent in structured mode: specversion is missing")
        return event
    if "ce-specversion" not in headers:
        return None
    event = {
        name[3:]: urllib.parse.unquote(value)
        for name, value in headers.items()
        if name.startswith("ce-")
    }
    for name in ("id", "source", "type"):
        if not event.get(name):
            raise BadRequest(f"a CloudEvent in binary mode: the header ce-{name} is missing")
    kind = headers.get("content-type", "")
    if kind:
        event["datacontenttype"] = kind
    if encoded:
        event["data_base64"] = text
    elif text:
        event["data"] = parsed(text) if is_json(kind) else text
    return event


def parsed(text):
    try:
        return json.loads(text)
    except ValueError as problem:
        raise BadRequest(f"a CloudEvent whose data is no JSON: {problem}") from problem


class BadRequest(Exception):
    pass


def plain(value):
    """What JSON does not know by itself: arrays and numbers of numerical libraries, and the like."""
    for name in ("tolist", "item", "isoformat", "model_dump", "_asdict"):
        found = getattr(value, name, None)
        if callable(found):
            return found()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"a result of type {type(value).__name__} cannot be written as JSON")


def body_of(value):
    """Bytes and the content type that fits them."""
    if value is None:
        return b"", ""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value), "application/octet-stream"
    if isinstance(value, str):
        return value.encode("utf-8"), "text/plain; charset=utf-8"
    return json.dumps(value, default=plain).encode("utf-8"), "application/json"


def answer_of(result, event):
    """Status, headers and body of what a handler returned."""
    if isinstance(result, dict) and result.get("specversion") and result.get("type"):
        return cloud_answer(result, event)
    if not (isinstance(result, dict) and "statusCode" in result):
        body, kind = body_of(result)
        return 200 if result is not None else 204, [("content-type", kind)] if kind else [], body
    status = int(result["statusCode"])
    if not 200 <= status <= 599:
        raise ValueError(f"statusCode: found {status}, expected 200 to 599")
    headers = []
    for name, value in (result.get("headers") or {}).items():
        headers.append((str(name).lower(), str(value)))
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers = [each for each in headers if each[0] != str(name).lower()]
        headers.extend((str(name).lower(), str(value)) for value in values)
    body, kind = body_of(result.get("body"))
    if result.get("isBase64Encoded") and isinstance(result.get("body"), str):
        body, kind = base64.b64decode(result["body"]), "application/octet-stream"
    if kind and not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", kind))
    return status, headers, body


def cloud_answer(result, event):
    """A CloudEvent goes out in the mode in which one came in; in binary mode where none did."""
    result = {"id": str(uuid.uuid4()), "source": os.environ.get("K_SERVICE", "function"), **result}
    if is_structured(event["headers"]):
        body = json.dumps(result, default=plain).encode("utf-8")
        return 200, [("content-type", "application/cloudevents+json; charset=utf-8")], body
    headers = []
    for name, value in result.items():
        if name not in ("data", "data_base64", "datacontenttype"):
            quoted = urllib.parse.quote(str(value), safe=" !#$&'()*+,/:;=?@[]-._~<>^`{|}\\")
            headers.append(("ce-" + name.lower(), quoted))
    if "data_base64" in result:
        body, kind = base64.b64decode(result["data_base64"]), "application/octet-stream"
    else:
        body, kind = body_of(result.get("data"))
    kind = result.get("datacontenttype") or kind
    if is_json(kind) and isinstance(result.get("data"), str):
        body = json.dumps(result["data"]).encode("utf-8")
    return 200, headers + ([("content-type", kind)] if kind else []), body


def receive(channel, count):
    parts = bytearray()
    while len(parts) < count:
        part = channel.recv(min(count - len(parts), 1 << 20))
        if not part:
            os._exit(0)  # the front has ended
        parts += part
    return bytes(parts)


def send(channel, head, body=b""):
    data = json.dumps(head).encode("utf-8")
    channel.sendall(LENGTHS.pack(len(data), len(body)) + data + body)


def last_words(problem):
    """A traceback as Python prints it, without the frames of this file."""
    frames = problem.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename in (__file__, "<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>"):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(problem), problem, frames)).rstrip()


def work(descriptor, handler, directory):
    """The life of a worker: load, then one request after the other."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel = socket.socket(fileno=descriptor)
    os.set_inheritable(descriptor, False)
    os.chdir(directory)
    try:
        call = caller(load(handler, directory))
    except BaseException as problem:  # an exit is a failure here too
        send(channel, {"failed": last_words(problem)})
        return
    send(channel, {"ready": True})
    while True:
        lengths = LENGTHS.unpack(receive(channel, LENGTHS.size))
        head = json.loads(receive(channel, lengths[0]))
        body = receive(channel, lengths[1])
        status, headers, answer = handle(call, head, body)
        sys.stdout.flush()
        sys.stderr.flush()
        send(channel, {"status": status, "headers": headers}, answer)


def handle(call, head, body):
    try:
        event = event_of(head, body)
    except (BadRequest, ValueError) as problem:
        return failure(400, head["id"], f"{problem}")
    try:
        return answer_of(call(event, Context(head)), event)
    except Exception as problem:
        say(f"request {head['id']} failed:\n{last_words(problem)}")
        return failure(500, head["id"], "the function failed")


def failure(status, request, why):
    body = json.dumps({"error": why, "id": request}).encode("utf-8") + b"\n"
    return status, [("content-type", "application/json")], body


# ---- the front ------------------------------------------------------------------------------------


class Lost(Exception):
    """A worker did not answer."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


class Worker:
    """A process with the function in it, as the front sees it."""

    def __init__(self, settings):
        self.settings = settings
        self.process = None
        self.reader = None
        self.writer = None
        self.idle_since = 0.0
        self.ended_for = ""

    async def start(self):
        """Returns when the function is loaded; raises Lost with Python's words where it cannot be."""
        ours, theirs = socket.socketpair()
        with theirs:
            words = [sys.executable, "-u", __file__, "--worker", str(theirs.fileno())]
            self.process = await asyncio.create_subprocess_exec(
                *words,
                self.settings.handler,
                self.settings.directory,
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
            )
        self.reader, self.writer = await asyncio.open_connection(sock=ours)
        try:
            head, _ = await asyncio.wait_for(self.frame(), self.settings.load)
        except asyncio.TimeoutError:
            await self.kill()
            raise Lost(503, f"the function was not loaded within {self.settings.load:g} s") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Lost(503, "the function's process ended while loading: " + await self.end()) from None
        if "failed" in head:
            await self.kill()
            raise Lost(503, head["failed"])

    async def frame(self):
        head, body = LENGTHS.unpack(await self.reader.readexactly(LENGTHS.size))
        if head > MOST_FRAME or body > MOST_FRAME:
            raise ConnectionError("a frame too large")
        return json.loads(await self.reader.readexactly(head)), await self.reader.readexactly(body)

    async def ask(self, head, body):
        seconds = self.settings.timeout
        data = json.dumps({**head, "seconds": seconds, "memory": self.settings.memory}).encode("utf-8")
        try:
            return await asyncio.wait_for(self.exchange(data, body), seconds)
        except asyncio.TimeoutError:
            await self.kill()
            raise Lost(504, f"the function did not answer within {seconds:g} s") from None
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            why = await self.end()
            raise Lost(500, "the function's process ended: " + (self.ended_for or why)) from None

    async def exchange(self, head, body):
        self.writer.write(LENGTHS.pack(len(head), len(body)) + head)
        self.writer.write(body)
        await self.writer.drain()
        return await self.frame()

    def alive(self):
        return self.process is not None and self.process.returncode is None

    def memory(self):
        """Bytes it has in memory; 0 where the system does not tell."""
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            return 0

    async def kill(self):
        if self.alive():
            try:
                self.process.kill()
            except ProcessLookupError:
                pass
        await self.end()

    async def end(self):
        """How it ended, in words."""
        if self.writer is not None:
            self.writer.close()
        try:
            code = await asyncio.wait_for(self.process.wait(), 2)
        except asyncio.TimeoutError:
            self.process.kill()
            code = await self.process.wait()
        if code >= 0:
            return f"exit code {code}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"


class Pool:
    """Workers: one always, more while requests wait, fewer again when they are idle."""

    def __init__(self, settings):
        self.settings = settings
        self.all = set()
        self.idle = []
        self.starting = 0
        self.waiting = []
        self.pause = FIRST_PAUSE
        self.ending = False
        self.tasks = set()

    def spawn(self, work):
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def begin(self):
        """The first worker; raises Lost where the function cannot be loaded."""
        await self.add()
        self.spawn(self.watch())

    async def add(self):
        worker = Worker(self.settings)
        self.starting += 1
        try:
            await worker.start()
        finally:
            self.starting -= 1
        self.all.add(worker)
        self.give_back(worker)

    async def grow(self):
        """One more; where that fails, again after a while."""
        try:
            await self.add()
            self.pause = FIRST_PAUSE
        except (Lost, OSError) as problem:
            say(f"a worker could not start: {problem}")
            pause, self.pause = self.pause, min(self.pause * 2, LAST_PAUSE)
            await asyncio.sleep(pause)
            self.fill()

    def fill(self):
        """Starts what is missing, of those that wait and of the one that always is."""
        wanted = max(1, min(self.settings.workers, len(self.all) - len(self.idle) + len(self.waiting)))
        if not self.ending and len(self.all) + self.starting < wanted:
            self.spawn(self.grow())

    async def take(self):
        while self.idle:
            worker = self.idle.pop()
            if worker.alive():
                return worker
            self.drop(worker)
        if len(self.waiting) >= MOST_WAITING:
            raise Lost(503, f"{MOST_WAITING} requests wait already")
        turn = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        self.fill()
        try:
            return await asyncio.wait_for(turn, self.settings.timeout)
        except asyncio.TimeoutError:
            raise Lost(504, "no worker was free in time") from None
        finally:
            if turn in self.waiting:
                self.waiting.remove(turn)

    def give_back(self, worker):
        if not worker.alive():
            self.drop(worker)
            return
        while self.waiting:
            turn = self.waiting.pop(0)
            if not turn.done():
                turn.set_result(worker)
                self.fill()
                return
        worker.idle_since = time.monotonic()
        self.idle.append(worker)

    def drop(self, worker):
        self.all.discard(worker)
        self.fill()

    async def watch(self):
        """Ends workers that are too large, that died idle, and that have had nothing to do."""
        while not self.ending:
            await asyncio.sleep(MEMORY_EVERY)
            now = time.monotonic()
            for worker in list(self.all):
                large = worker.memory() if self.settings.memory else 0
                if large > self.settings.memory > 0:
                    worker.ended_for = f"it had {large} bytes in memory, of {self.settings.memory}"
                    say(f"a worker is ended: {worker.ended_for}")
                    worker.process.kill()
            for worker in list(self.idle):
                spare = len(self.all) > 1 and now - worker.idle_since > IDLE_SECONDS
                if spare or not worker.alive():
                    self.idle.remove(worker)
                    self.drop(worker)
                    await worker.kill()

    async def close(self):
        self.ending = True
        for worker in list(self.all):
            await worker.kill()


class Refused(Exception):
    """A request that is none of HTTP/1.1, or too large."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently",
    302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 413: "Content Too Large",
    422: "Unprocessable Content", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
}
OWN_HEADERS = {"connection", "content-length", "transfer-encoding", "keep-alive", "date"}


class Front:
    def __init__(self, settings, pool):
        self.settings = settings
        self.pool = pool
        self.busy = 0
        self.ending = False
        self.quiet = asyncio.Event()
        self.writers = set()

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            while not self.ending and await self.one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            pass  # the client has gone
        finally:
            self.writers.discard(writer)
            writer.close()

    async def one(self, reader, writer):
        """One request; whether another may follow on the same connection."""
        try:
            head = await asyncio.wait_for(self.head(reader), KEEP_ALIVE_SECONDS)
            if head is None:
                return False
            self.busy += 1
            try:
                return await self.turn(head, reader, writer)
            finally:
                self.busy -= 1
                if self.busy == 0:
                    self.quiet.set()
        except Refused as problem:
            answer = failure(problem.status, str(uuid.uuid4()), f"{problem}")
            await self.write(writer, "GET", answer, False)
            return False

    async def head(self, reader):
        try:
            data = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as problem:
            if problem.partial.strip():
                raise
            return None
        except asyncio.LimitOverrunError:
            raise Refused(431, "the head of the request is too large") from None
        lines = data.decode("latin-1").lstrip("\r\n").split("\r\n")
        words = lines[0].split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise Refused(400, "no request of HTTP/1.1")
        headers = []
        for line in lines[1:]:
            if line:
                name, colon, value = line.partition(":")
                if not colon or not name or name != name.strip():
                    raise Refused(400, "a header without a name")
                headers.append((name.lower(), value.strip()))
        return words[0], words[1], words[2], headers

    async def turn(self, head, reader, writer):
        method, target, version, headers = head
        many = {}
        for name, value in headers:
            many.setdefault(name, []).append(value)
        words = ",".join(many.get("connection", [])).lower()
        keep = "close" not in words and (version != "HTTP/1.0" or "keep-alive" in words)
        if many.get("expect", [""])[0].lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await asyncio.wait_for(self.body(many, reader), self.settings.timeout)
        if target.startswith("http://"):
            target = "/" + target.split("/", 3)[3] if target.count("/") > 2 else "/"
        peer = (writer.get_extra_info("peername") or ("",))[0]
        request = many.get("x-request-id", [""])[0] or str(uuid.uuid4())
        asked = {"method": method, "target": target, "headers": headers, "peer": peer, "id": request}
        answer = await self.answer(asked, body)
        keep = keep and not self.ending
        await self.write(writer, method, answer, keep)
        return keep

    async def body(self, headers, reader):
        coding = headers.get("transfer-encoding", [])
        lengths = headers.get("content-length", [])
        if coding:
            if lengths or coding[-1].strip().lower() != "chunked":
                raise Refused(400, "a transfer encoding other than chunked")
            return await self.chunks(reader)
        if not lengths:
            return b""
        if len(set(lengths)) > 1 or not lengths[0].isdecimal() or len(lengths[0]) > 18:
            raise Refused(400, "content-length is no number")
        self.judge(int(lengths[0]))
        return await reader.readexactly(int(lengths[0]))

    def judge(self, length):
        if length > self.settings.body:
            raise Refused(413, f"the body is larger than {self.settings.body} bytes")

    async def chunks(self, reader):
        parts = bytearray()
        while True:
            line = await reader.readuntil(b"\r\n")
            size = line.split(b";")[0].strip()
            if len(line) > CHUNK_LINE_LIMIT or not size or len(size) > 12:
                raise Refused(400, "a chunk without a size")
            try:
                count = int(size, 16)
            except ValueError:
                raise Refused(400, "a chunk without a size") from None
            self.judge(len(parts) + count)
            if count == 0:
                while (await reader.readuntil(b"\r\n")) != b"\r\n":
                    pass
                return bytes(parts)
            parts += await reader.readexactly(count)
            await reader.readexactly(2)

    async def answer(self, head, body):
        """Status, headers and body; whatever happens to the worker."""
        try:
            worker = await self.pool.take()
        except Lost as problem:
            return failure(problem.status, head["id"], f"{problem}")
        try:
            said, content = await worker.ask(head, body)
            return said["status"], said["headers"], content
        except Lost as problem:
            say(f"request {head['id']}: {problem}")
            why = f"{problem}" if problem.status == 504 else "the function failed"
            return failure(problem.status, head["id"], why)
        finally:
            self.pool.give_back(worker)

    async def write(self, writer, method, answer, keep):
        status, headers, body = answer
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}"]
        for name, value in headers:
            if name.lower() not in OWN_HEADERS:
                lines.append(f"{clean(name)}: {clean(value)}")
        bodiless = status in (204, 304)
        if not bodiless:
            lines.append(f"content-length: {len(body)}")
        if not keep:
            lines.append("connection: close")
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8"))
        if not bodiless and method != "HEAD":
            writer.write(body)
        await writer.drain()

    async def drain(self):
        """Requests under way are answered; no others are taken."""
        self.ending = True
        while self.busy:
            self.quiet.clear()
            await self.quiet.wait()


def clean(text):
    return "".join(each for each in str(text) if each not in "\r\n\0")


def refuse(why):
    """Ends with the reason where the platform reads it."""
    say(why)
    place = os.environ.get("TERMINATION_LOG") or "/dev/termination-log"
    try:
        with open(place, "w", encoding="utf-8") as file:
            file.write(why[-MOST_MESSAGE:])
    except OSError:
        pass
    return 1


async def main(settings):
    pool = Pool(settings)
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, end.set)
    begin = asyncio.ensure_future(pool.begin())
    stop = asyncio.ensure_future(end.wait())
    await asyncio.wait([begin, stop], return_when=asyncio.FIRST_COMPLETED)
    if not begin.done():
        return 0
    try:
        begin.result()
    except (Lost, OSError) as problem:
        return refuse(f"{problem}")
    front = Front(settings, pool)
    # Every address: where the front listens is the pod's own.
    try:
        server = await asyncio.start_server(
            front.serve, os.environ.get("FUNCTION_HOST") or None, settings.port,
            limit=HEAD_LIMIT, backlog=1024,
        )
    except OSError as problem:
        await pool.close()
        return refuse(f"{problem}")
    say(f"{settings.handler} is ready on port {settings.port}")
    await stop
    server.close()
    await front.drain()
    for writer in list(front.writers):
        writer.close()
    await pool.close()
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 5 and sys.argv[1] == "--worker":
        work(int(sys.argv[2]), sys.argv[3], sys.argv[4])
    else:
        named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FUNCTION_HANDLER", "")
        if not named:
            sys.exit(refuse("no handler: name FILE:FUNCTION as the argument, or in FUNCTION_HANDLER"))
        sys.exit(asyncio.run(main(Settings(named))))
