"""Serves a model of MLflow's flavour python_function behind HTTP. Standard library, and what the model needs.

Where mlflow can be imported, it loads the model and answers /invocations as its own server does. Elsewhere the
model's loader_module does, if it is one of the model's own (below `code`, or installed).

Arguments: --model DIRECTORY --name NAME --port PORT --host ADDRESS --wanted pPORT (as the container has it). Variable MLMODEL: the file MLmodel as JSON; where it is not
set, the file is read, which takes PyYAML.
"""
import argparse
import csv
import importlib
import inspect
import io
import json
import math
import os
import re
import signal
import sys
import threading
import time
import traceback
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_BODY = 100 << 20
LAST_CALLS = 25
FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
UNWRAPPED = ("messages", "prompt")
MEDIA = ["text/csv", "application/json"]
V2_TYPES = {
    "BOOL": "bool", "UINT8": "uint8", "UINT16": "uint16", "UINT32": "uint32", "UINT64": "uint64", "INT8": "int8",
    "INT16": "int16", "INT32": "int32", "INT64": "int64", "FP16": "float16", "FP32": "float32", "FP64": "float64",
}


def say(text):
    print(text, file=sys.stderr, flush=True)


def optional(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


class Refused(Exception):
    """A request that cannot be answered as it is."""

    def __init__(self, status, message, plain=False):
        super().__init__(message)
        self.status, self.message, self.plain = status, message, plain


class CannotLoad(Exception):
    pass


# --- the model

class Model:
    """One loaded model: `predict(data, params)`, and what its MLmodel says of its inputs."""

    def __init__(self, directory, name):
        self.directory, self.name = directory, name
        self.description = described(directory)
        self.flavor = (self.description.get("flavors") or {}).get("python_function") or {}
        self.inputs = side(self.description, "inputs")
        self.server = None
        self.loaded = self.by_mlflow() or self.by_loader()
        self.takes_params = takes_params(self.loaded.predict)

    def by_mlflow(self):
        pyfunc = optional("mlflow.pyfunc")
        if pyfunc is None:
            return None
        try:
            loaded = pyfunc.load_model(self.directory)
        except ImportError as problem:
            raise CannotLoad(self.missing(problem)) from problem
        server = optional("mlflow.pyfunc.scoring_server")
        self.server = server if hasattr(server, "invocations") else None
        return loaded

    def by_loader(self):
        module = self.flavor.get("loader_module", "")
        if not module:
            raise CannotLoad("MLmodel: flavors.python_function names no loader_module")
        if module.split(".")[0] == "mlflow":
            raise CannotLoad(
                f"the model is loaded by {module}, and mlflow is not installed in {sys.prefix}; {self.install(['mlflow'])}")
        for code in filter(None, [self.flavor.get("code")]):
            sys.path.insert(0, self.inside("code", code))
        data = self.flavor.get("data")
        path = self.inside("data", data) if data else self.directory
        try:
            load = getattr(importlib.import_module(module), "_load_pyfunc")
        except ImportError as problem:
            raise CannotLoad(self.missing(problem)) from problem
        except AttributeError:
            raise CannotLoad(f"loader_module {module} has no function _load_pyfunc(path)") from None
        settings = self.flavor.get("config")
        try:
            loaded = load(path, settings) if settings else load(path)
        except ImportError as problem:
            raise CannotLoad(self.missing(problem)) from problem
        if not callable(getattr(loaded, "predict", None)):
            raise CannotLoad(f"{module}._load_pyfunc gave a {type(loaded).__name__} without predict(model_input)")
        return loaded

    def inside(self, field, path):
        whole = os.path.realpath(os.path.join(self.directory, path))
        if not whole.startswith(os.path.realpath(self.directory) + os.sep):
            raise CannotLoad(f"MLmodel: flavors.python_function.{field} is {path!r}, which leads out of the model")
        return whole

    def missing(self, problem):
        name = getattr(problem, "name", None)
        return f"the model needs what is not installed in {sys.prefix}: {problem}; " + self.install(
            [name.split(".")[0]] if name else [])

    def install(self, names):
        """What to do, in words: the model's own requirements where it has them."""
        words = requirements(self.directory) or names
        listed = " ".join(f"--package '{each}'" for each in words)
        return f"run: slipway env create mlflow --replace {listed}".rstrip()

    def predict(self, data, params):
        if params and not self.takes_params:
            say("params are left out: predict takes none")
        return self.loaded.predict(data, params=params) if self.takes_params else self.loaded.predict(data)

    def columns(self):
        """Names of the columns that the signature has, [] where it has tensors or nothing."""
        named = [each for each in self.inputs if each.get("type") != "tensor"]
        return [each["name"] for each in named if each.get("name")]


def described(directory):
    text = os.environ.get("MLMODEL")
    if text:
        return json.loads(text)
    yaml = optional("yaml")
    if yaml is None:
        raise CannotLoad("MLmodel cannot be read without PyYAML")
    with open(os.path.join(directory, "MLmodel"), encoding="utf-8") as file:
        return yaml.safe_load(file)


def side(description, name):
    given = (description.get("signature") or {}).get(name)
    found = json.loads(given) if isinstance(given, str) else given
    return [each for each in found or [] if isinstance(each, dict)]


def takes_params(function):
    try:
        return "params" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def requirements(directory):
    try:
        with open(os.path.join(directory, "requirements.txt"), encoding="utf-8") as file:
            lines = [line.split("#")[0].strip() for line in file]
    except OSError:
        return []
    return [line for line in lines if re.match(r"[A-Za-z0-9]", line)]


# --- what is asked

def document(body):
    try:
        found = json.loads(body)
    except ValueError as problem:
        raise Refused(400, f"Failed to parse input from JSON. Ensure that input is a valid JSON formatted string. "
                           f"Error: '{problem}'") from None
    if not isinstance(found, dict):
        raise Refused(400, f"The input must be a JSON dictionary with exactly one of the input fields {list(FORMS)}. "
                           f"Received '{type(found).__name__}'.")
    return found


def table(records, columns):
    pandas = optional("pandas")
    if pandas is None:
        return [dict(zip(columns, row)) for row in records] if columns else records
    return pandas.DataFrame(records, columns=columns or None)


def frame_split(given):
    if not isinstance(given, dict) or not isinstance(given.get("data"), list):
        raise Refused(400, f"Provided dataframe_split field is not a valid dataframe representation in 'split' format: "
                           f"expected an object with columns and data, found {shortened(given)}")
    columns = given.get("columns")
    for row in given["data"]:
        if columns is not None and (not isinstance(row, list) or len(row) != len(columns)):
            raise Refused(400, f"Provided dataframe_split field is not a valid dataframe representation in 'split' "
                               f"format: {len(columns)} columns, but a row is {shortened(row)}")
    return table(given["data"], columns)


def frame_records(given):
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise Refused(400, f"Provided dataframe_records field is not a valid dataframe representation in 'records' "
                           f"format: expected a list of objects, found {shortened(given)}")
    return table(given, None)


def tensor(given, model):
    """Rows, or named columns, as arrays where numpy is there; a table where the signature has columns."""
    names = model.columns()
    if isinstance(given, list) and given and all(isinstance(row, dict) for row in given):
        if names:
            return frame_records(given)
        given = {name: [row.get(name) for row in given] for name in given[0]}
    if isinstance(given, dict):
        if names:
            return columns_table({name: value if isinstance(value, list) else [value] for name, value in given.items()})
        return {name: array(value) for name, value in given.items()}
    rows = given if isinstance(given, list) else [given]
    if names and rows and all(isinstance(row, list) and len(row) == len(names) for row in rows):
        return table(rows, names)
    if len(names) == 1 and not any(isinstance(row, (list, dict)) for row in rows):
        return table([[row] for row in rows], names)
    return array(given)


def columns_table(columns):
    pandas = optional("pandas")
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise Refused(400, f"columns differ in length: {', '.join(f'{k} has {len(v)}' for k, v in columns.items())}")
    if pandas is not None:
        return pandas.DataFrame(columns)
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def array(given):
    numpy = optional("numpy")
    if numpy is None:
        return given
    try:
        return numpy.array(given)
    except ValueError as problem:
        raise Refused(400, f"Failed to parse input as a tensor: {problem}") from None


def csv_table(body):
    pandas = optional("pandas")
    text = body.decode("utf-8")
    try:
        if pandas is not None:
            return pandas.read_csv(io.StringIO(text))
        return [{name: cell(value) for name, value in row.items()} for row in csv.DictReader(io.StringIO(text), strict=True)]
    except (ValueError, csv.Error) as problem:
        raise Refused(400, f"Failed to parse input as a Pandas DataFrame. Ensure that the input is a valid CSV-formatted "
                           f"Pandas DataFrame produced using the `pandas.DataFrame.to_csv()` method: {problem}") from None


def cell(text):
    if not text:
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def required(data, model):
    """Refuses a table that lacks columns of the signature."""
    names = list(getattr(data, "columns", [])) or (list(data[0]) if is_records(data) else None)
    if names is None or not model.columns():
        return
    wanted = [each["name"] for each in model.inputs if each.get("name") and each.get("required", True) is not False]
    missing = [name for name in wanted if name not in names]
    if missing:
        extra = [name for name in names if name not in model.columns()]
        note = f" Note that there were extra inputs: {extra}." if extra else ""
        raise Refused(400, f"Failed to enforce schema of data. Error: Model is missing inputs {missing}.{note}")


def is_records(data):
    return isinstance(data, list) and bool(data) and all(isinstance(row, dict) for row in data)


def shortened(value):
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:60] + "…"


# --- what is answered

def jsonable(value, orient="records"):
    """A prediction as JSON has it: tables as records, arrays as lists, what is no number as null."""
    numpy, pandas = optional("numpy"), sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return [{str(name): jsonable(each) for name, each in row.items()} for row in value.to_dict(orient="records")]
    if pandas is not None and isinstance(value, pandas.Series):
        return [jsonable(each) for each in value.tolist()]
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
        return jsonable(value.tolist())
    if isinstance(value, dict):
        return {str(name): jsonable(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [jsonable(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def invoke(model, body, content_type):
    """`POST /invocations`.

    @return status, media type and text
    """
    if model.server is not None:
        return by_mlflow(model, body, content_type)
    kind, _, rest = content_type.partition(";")
    charset = re.search(r"charset=\"?([\w-]+)", rest)
    if charset and charset.group(1).lower() != "utf-8":
        raise Refused(415, "The scoring server only supports UTF-8", plain=True)
    if kind.strip() == "text/csv":
        return answer(model, csv_table(body), None)
    if kind.strip() != "application/json":
        raise Refused(415, f"This predictor only supports the following content types: Types: {MEDIA}. "
                           f"Got '{content_type}'.", plain=True)
    asked = document(body)
    if any(key in asked for key in UNWRAPPED):
        params = asked.pop("params", None)
        return 200, "application/json", json.dumps(jsonable(predicted(model, asked, params)))
    given = [form for form in FORMS if form in asked]
    if len(given) != 1 or set(asked) - set(given) - {"params"}:
        raise Refused(400, f"The input must be a JSON dictionary with exactly one of the input fields {list(FORMS)}. "
                           f"Received dictionary with input fields: {list(asked)}.")
    value = asked[given[0]]
    parse = {"dataframe_split": frame_split, "dataframe_records": frame_records}.get(given[0])
    return answer(model, parse(value) if parse else tensor(value, model), asked.get("params"))


def by_mlflow(model, body, content_type):
    from mlflow.exceptions import MlflowException

    try:
        found = model.server.invocations(body, content_type or "", model.loaded, model.loaded.metadata.get_input_schema())
    except MlflowException as problem:
        return problem.get_http_status_code(), "application/json", problem.serialize_as_json()
    return found.status, found.mimetype, found.response


def answer(model, data, params):
    required(data, model)
    return 200, "application/json", json.dumps({"predictions": jsonable(predicted(model, data, params))})


def predicted(model, data, params):
    try:
        return model.predict(data, params)
    except Refused:
        raise
    except Exception as problem:
        trace = traceback.format_exc()
        say(trace)
        raise Refused(400, f"the model could not answer: {type(problem).__name__}: {problem}") from problem


def v1_predict(model, body):
    asked = document(body)
    given = [form for form in ("instances", "inputs") if form in asked]
    if len(given) != 1:
        raise Refused(400, f'expected "instances" (or "inputs"), found {list(asked)}')
    data = tensor(asked[given[0]], model)
    required(data, model)
    return {"predictions": jsonable(predicted(model, data, asked.get("params")))}


# --- the open inference protocol

def v2_infer(model, body):
    asked = document(body)
    given = asked.get("inputs")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise Refused(400, f'expected "inputs", a list of tensors; found {shortened(given)}')
    arrays = {each.get("name", f"input-{i}"): v2_array(each) for i, each in enumerate(given)}
    kind = (asked.get("parameters") or {}).get("content_type", "")
    data = v2_data(model, arrays, kind)
    required(data, model)
    outputs = v2_outputs(predicted(model, data, None))
    answered = {"model_name": model.name, "outputs": outputs}
    if asked.get("id"):
        answered["id"] = asked["id"]
    return answered


def v2_data(model, arrays, kind):
    names = model.columns()
    first = next(iter(arrays.values()))
    if kind == "pd" or (names and any(name in arrays for name in names)) or (len(arrays) > 1 and not model.inputs):
        return columns_table({name: flat(values) for name, values in arrays.items()})
    if names and len(arrays) == 1:
        return tensor(first.tolist() if hasattr(first, "tolist") else first, model)
    named = any(each.get("name") for each in model.inputs)
    return arrays if named or len(arrays) > 1 else first


def flat(values):
    listed = values.tolist() if hasattr(values, "tolist") else values
    return [each[0] if isinstance(each, list) and len(each) == 1 else each for each in listed]


def v2_array(given):
    data, shape, kind = given.get("data"), given.get("shape"), given.get("datatype")
    name = given.get("name")
    if not isinstance(data, list) or not isinstance(shape, list) or (kind != "BYTES" and kind not in V2_TYPES):
        raise Refused(400, f"input {name!r}: expected datatype, shape and data; found datatype {kind!r}, shape {shape!r}")
    values = list(leaves(data))
    if math.prod(shape) != len(values):
        raise Refused(400, f"input {name!r}: shape {shape} takes {math.prod(shape)} elements, data has {len(values)}")
    numpy = optional("numpy")
    if numpy is None:
        return nested(values, shape)
    try:
        return numpy.array(values, dtype=V2_TYPES.get(kind, object)).reshape(shape)
    except (TypeError, ValueError, OverflowError) as problem:
        raise Refused(400, f"input {name!r}: {problem}") from None


def leaves(data):
    for each in data:
        if isinstance(each, list):
            yield from leaves(each)
        else:
            yield each


def nested(values, shape):
    if len(shape) <= 1:
        return values
    size = len(values) // shape[0] if shape[0] else 0
    return [nested(values[i * size:(i + 1) * size], shape[1:]) for i in range(shape[0])]


def v2_outputs(value):
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return [v2_tensor(str(name), value[name].to_numpy()) for name in value.columns]
    if is_records(value):
        return [v2_tensor(str(name), [row.get(name) for row in value]) for name in value[0]]
    if isinstance(value, dict):
        return [v2_tensor(str(name), each) for name, each in value.items()]
    return [v2_tensor("output-1", value)]


def v2_tensor(name, value):
    kinds = {kind: v2 for v2, kind in V2_TYPES.items()}
    kind = kinds.get(str(getattr(value, "dtype", "")))
    listed = jsonable(value)
    listed = listed if isinstance(listed, list) else [listed]
    shape, at = [], listed
    while isinstance(at, list):
        shape.append(len(at))
        at = at[0] if at else None
    values = list(leaves(listed))
    if kind is None:
        kind = kind_of(values)
    if kind == "BYTES":
        values = [each if isinstance(each, str) else json.dumps(each) for each in values]
    return {"name": name, "datatype": kind, "shape": shape, "data": values}


def kind_of(values):
    for kind, types in (("BOOL", (bool,)), ("INT64", (int,)), ("FP64", (int, float, type(None)))):
        if all(isinstance(each, types) and (kind == "BOOL" or not isinstance(each, bool)) for each in values):
            return kind
    return "BYTES"


# --- HTTP

class Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model = None
    inside = 0
    guard = threading.Lock()

    def do_GET(self):
        self.handled(self.get)

    def do_POST(self):
        self.handled(self.post)

    def handled(self, way):
        with Front.guard:
            Front.inside += 1
        try:
            way(urllib.parse.unquote(urllib.parse.urlsplit(self.path).path))
        except Refused as problem:
            self.refuse(problem)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        except Exception as problem:
            say(traceback.format_exc())
            self.refuse(Refused(500, f"{type(problem).__name__}: {problem}"))
        finally:
            with Front.guard:
                Front.inside -= 1

    def refuse(self, problem):
        if problem.plain:
            self.send(problem.status, "text/plain", problem.message)
        elif self.path.startswith("/invocations"):
            code = "BAD_REQUEST" if problem.status < 500 else "INTERNAL_ERROR"
            self.send(problem.status, "application/json", json.dumps({"error_code": code, "message": problem.message}))
        else:
            self.send(problem.status, "application/json", json.dumps({"error": problem.message}))

    def get(self, path):
        model = self.model
        own = f"/models/{model.name}"
        answers = {
            "/v1/models": {"models": [model.name]},
            "/v1" + own: {"name": model.name, "ready": "True"},
            "/v2": {"name": "mlflow", "version": version(), "extensions": []},
            "/v2/health/live": {"live": True},
            "/v2/health/ready": {"ready": True},
            "/v2" + own: {"name": model.name, "platform": "mlflow", "versions": [], "inputs": [], "outputs": []},
            "/v2" + own + "/ready": {"name": model.name, "ready": True},
            "/": {"status": "alive"},
        }
        if path in ("/ping", "/health"):
            self.send(200, "application/json", "\n")
        elif path == "/version":
            self.send(200, "application/json", version())
        elif path in answers:
            self.send(200, "application/json", json.dumps(answers[path]))
        else:
            raise Refused(404, self.unknown(path))

    def post(self, path):
        body = self.body()
        model = self.model
        if path == "/invocations":
            self.send(*invoke(model, body, self.headers.get("content-type", "")))
        elif path == f"/v1/models/{model.name}:predict":
            self.send(200, "application/json", json.dumps(v1_predict(model, body)))
        elif path == f"/v2/models/{model.name}/infer":
            self.send(200, "application/json", json.dumps(v2_infer(model, body)))
        else:
            raise Refused(404, self.unknown(path))

    def unknown(self, path):
        named = re.match(r"/v[12]/models/([^/:]+)", path)
        if named and named.group(1) != self.model.name:
            return f"Model with name {named.group(1)} does not exist."
        return f"Not Found: {path}"

    def body(self):
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return self.chunks()
        text = self.headers.get("content-length", "0")
        length = int(text) if text.isdigit() else -1
        if length < 0 or length > MOST_BODY:
            self.close_connection = True
            raise Refused(413 if length > 0 else 400, f"content-length {text}: at most {MOST_BODY} bytes are taken")
        return self.rfile.read(length)

    def chunks(self):
        whole = bytearray()
        while True:
            line = self.rfile.readline(1024).split(b";")[0].strip()
            try:
                size = int(line, 16)
            except ValueError:
                size = -1
            if size < 0 or len(whole) + size > MOST_BODY:
                self.close_connection = True
                raise Refused(400 if size < 0 else 413, f"the chunked body is broken, or larger than {MOST_BODY} bytes")
            whole += self.rfile.read(size)
            self.rfile.readline(1024)
            if size == 0:
                return bytes(whole)

    def send(self, status, media, text):
        raw = text.encode()
        self.send_response(status)
        self.send_header("content-type", media)
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        pass


def version():
    mlflow = sys.modules.get("mlflow")
    return getattr(mlflow, "__version__", "") or str(Front.model.description.get("mlflow_version") or "")


def serve(model, host, port):
    Front.model = model
    ThreadingHTTPServer.daemon_threads = True
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer((host, port), Front)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    say(f"answering on port {port}")
    server.serve_forever(poll_interval=0.1)
    until = time.monotonic() + LAST_CALLS
    while Front.inside and time.monotonic() < until:
        time.sleep(0.02)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--name", default="model")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--wanted", default="")
    asked = parser.parse_args()
    began = time.monotonic()
    try:
        model = Model(asked.model, asked.name)
    except CannotLoad as problem:
        sys.exit(f"model {asked.name} cannot be loaded: {problem}")
    except Exception as problem:
        say(traceback.format_exc())
        sys.exit(f"model {asked.name} cannot be loaded: {type(problem).__name__}: {problem}")
    by = "mlflow" if model.server or sys.modules.get("mlflow.pyfunc") else model.flavor.get("loader_module")
    say(f"model {model.name} is ready after {int((time.monotonic() - began) * 1000)} ms (loaded by {by})")
    # a port that was moved is one of the machine's; one that was not is the pod's own
    serve(model, "127.0.0.1" if asked.wanted.strip("p") != str(asked.port) else asked.host, asked.port)


if __name__ == "__main__":
    main()
