#!/usr/bin/env python3
"""Compares the model server with the bare network room and with Python servers, in one run and one table.

    JAVA_HOME=... bench/serve.py [SECONDS] [ROUNDS] [--install]

Needs wrk (Debian package). The interpreter at bench/target/python is made here (scikit-learn, fastapi, uvicorn,
onnx, onnxruntime). KServe's own server and Ray Serve take part with --install, which makes bench/target/kserve
(kserve from the package index: a model on its server, as its sklearnserver is one) and bench/target/ray (Ray Serve);
or where an interpreter is named that has them, KServe's with sklearnserver:

    KSERVE_PYTHON=venv/bin/python RAY_PYTHON=other/bin/python JAVA_HOME=... bench/serve.py 3 3

Those that cannot be installed or started are reported, with the reason. Every contender answers the same V2 request
of one iris row (Ray Serve: the same body behind its own route), 50 connections; figures are medians of the rounds,
contenders in turn. CPU is user and system time of the server process and of all its descendants by request; how many
times ours a contender takes is computed round by round, and told as the median with the least and the most.
"""
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "bench" / "target" / "serve"
NUMBERS = [int(each) for each in sys.argv[1:] if each.isdigit()]
SECONDS, ROUNDS = (NUMBERS + [4, 3][len(NUMBERS):])[:2]
INSTALL = "--install" in sys.argv
JAVA = [
    os.environ["JAVA_HOME"] + "/bin/java", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m",
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
]
BODY = '{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[6.8,2.8,4.8,1.4]}]}'
MODELS = '''
import joblib, sys, numpy, onnx, pathlib
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
x, y = load_iris(return_X_y=True)
lr = LogisticRegression(max_iter=500).fit(x, y)
joblib.dump(lr, sys.argv[1] + "/lr.joblib")
rf = RandomForestClassifier(100, random_state=0).fit(x, y)
joblib.dump(rf, sys.argv[1] + "/rf.joblib")
for name, model in (("lr", lr), ("rf", rf)):
    folder = pathlib.Path(sys.argv[1], "kserve", name)
    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, folder / "model.joblib")
helper, floats = onnx.helper, onnx.TensorProto.FLOAT
graph = helper.make_graph(
    [helper.make_node("Gemm", ["x", "w", "b"], ["scores"]),
     helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=0)],
    "lr",
    [helper.make_tensor_value_info("x", floats, ["n", 4])],
    [helper.make_tensor_value_info("label", onnx.TensorProto.INT64, ["n"])],
    [helper.make_tensor("w", floats, [4, 3], lr.coef_.T.astype("float32").ravel()),
     helper.make_tensor("b", floats, [3], lr.intercept_.astype("float32"))])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.save(model, sys.argv[1] + "/lr.onnx")
'''
FASTAPI = '''
import sys, joblib, numpy, uvicorn
from fastapi import FastAPI, Request
app = FastAPI()
models = {name: joblib.load(f"{sys.argv[1]}/{name}.joblib") for name in ("lr", "rf")}
@app.post("/v2/models/{name}/infer")
async def infer(name: str, request: Request):
    tensor = (await request.json())["inputs"][0]
    rows = numpy.array(tensor["data"]).reshape(tensor["shape"])
    found = models[name].predict(rows)
    return {"model_name": name, "outputs": [
        {"name": "output-0", "datatype": "INT64", "shape": list(found.shape), "data": found.tolist()}]}
uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
'''
ONNX = '''
import sys, numpy, onnxruntime, uvicorn
from fastapi import FastAPI, Request
app = FastAPI()
session = onnxruntime.InferenceSession(sys.argv[1] + "/lr.onnx")
@app.post("/v2/models/lr/infer")
async def infer(request: Request):
    tensor = (await request.json())["inputs"][0]
    rows = numpy.array(tensor["data"], dtype="float32").reshape(tensor["shape"])
    found = session.run(None, {"x": rows})[0]
    return {"model_name": "lr", "outputs": [
        {"name": "label", "datatype": "INT64", "shape": list(found.shape), "data": found.tolist()}]}
uvicorn.run(app, port=int(sys.argv[2]), log_level="warning")
'''
RAY = '''
import sys, time, joblib, numpy, ray
from ray import serve
from starlette.requests import Request
ray.init(include_dashboard=False, num_cpus=2, log_to_driver=False)
serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[2])})
@serve.deployment(max_ongoing_requests=100)
class Model:
    def __init__(self, path):
        self.model = joblib.load(path)
    async def __call__(self, request: Request):
        tensor = (await request.json())["inputs"][0]
        rows = numpy.array(tensor["data"]).reshape(tensor["shape"])
        found = self.model.predict(rows)
        return {"model_name": "m", "outputs": [
            {"name": "output-0", "datatype": "INT64", "shape": list(found.shape), "data": found.tolist()}]}
for name in ("lr", "rf"):
    serve.run(Model.options(name=name).bind(f"{sys.argv[1]}/{name}.joblib"), name=name, route_prefix="/" + name)
while True:
    time.sleep(60)
'''
NGINX = '''
daemon off;
worker_processes 1;
pid %s/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path %s/nginx-bodies;
  server {
    listen 127.0.0.1:18099;
    location / { default_type application/json; return 200 '%s'; }
  }
}
'''
KSERVE = '''
import sys, joblib
from kserve import Model, ModelServer
from kserve.utils.utils import get_predict_input, get_predict_response
class Sklearn(Model):
    def __init__(self, name, path):
        super().__init__(name)
        self.model = joblib.load(path)
        self.ready = True
    def predict(self, payload, headers=None, response_headers=None):
        return get_predict_response(payload, self.model.predict(get_predict_input(payload)), self.name)
ModelServer(http_port=int(sys.argv[2]), enable_grpc=False, enable_latency_logging=False).start(
    [Sklearn(name, f"{sys.argv[1]}/{name}.joblib") for name in ("lr", "rf")])
'''


class NotThere(Exception):
    """A contender that cannot be installed or started here."""


def environment(name, *packages):
    """The interpreter of a virtual environment under bench/target, made now if it is not there."""
    home = ROOT / "bench" / "target" / name
    if not (home / "complete").exists():
        subprocess.run(["python3", "-m", "venv", "--clear", home], check=True)
        done = subprocess.run([home / "bin/pip", "install", "-q", "--retries", "1", *packages], capture_output=True, text=True)
        if done.returncode:
            reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise NotThere(f"{name}: pip cannot install {' '.join(packages)}: {' '.join(reasons[-1:])}")
        (home / "complete").touch()
    return str(home / "bin/python")


def python():
    return environment("python", "scikit-learn==1.9.1", "fastapi", "uvicorn", "onnx==1.23.1", "onnxruntime==1.30.0")


def guest(name, variable, modules, *packages):
    """An interpreter that has one of some modules, and which of them: the one a variable names, or one made here."""
    named = os.environ.get(variable)
    if not named and not INSTALL:
        raise NotThere(f"{name}: not asked for (--install, or {variable}=...)")
    interpreter = named or environment(name, *packages)
    for module in modules:
        if not subprocess.run([interpreter, "-c", f"import {module}"], capture_output=True).returncode:
            return interpreter, module
    raise NotThere(f"{name}: {interpreter} has none of {', '.join(modules)}")


def cpu_seconds(pid):
    """Of a process and all that descend from it, those included that it has let go of but that share its session."""
    parents, session, used = {}, {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(entry.name)], session[int(entry.name)] = int(fields[1]), int(fields[3])
            used[int(entry.name)] = int(fields[11]) + int(fields[12])
    family = {each for each in used if each == pid or session[each] == pid}
    grown = True
    while grown:
        more = {each for each in used if parents[each] in family} - family
        family |= more
        grown = bool(more)
    return sum(used[each] for each in family) / os.sysconf("SC_CLK_TCK")


def ask(url):
    request = urllib.request.Request(url, BODY.encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as reply:
        return reply.read()


class Contender:
    def __init__(self, name, command, paths, port, **environment):
        self.name, self.paths, self.port = name, paths, port
        started = time.monotonic()
        self.log = open(WORK / (re.sub(r"\W+", "-", name) + f"-{port}.log"), "w")
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True,
            env={**os.environ, **environment})
        while True:
            try:
                for path in paths.values():
                    ask(self.url(path))
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() - started > 120:
                    self.end()
                    raise NotThere(f"{name} does not answer; see {self.log.name}") from None
                time.sleep(0.01)
        self.start_seconds = time.monotonic() - started

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def round(self, model, seconds):
        before = cpu_seconds(self.process.pid)
        out = subprocess.run(
            ["wrk", "-t1", "-c50", f"-d{seconds}s", "--latency", "-s", WORK / "post.lua", self.url(self.paths[model])],
            capture_output=True, text=True, check=True).stdout
        used = cpu_seconds(self.process.pid) - before
        count = int(re.search(r"(\d+) requests in", out)[1])
        if "Non-2xx" in out:
            raise SystemExit(f"{self.name}: answers that are no 2xx\n{out}")
        return {
            "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]),
            "p50": millis(re.search(r"50%\s+([\d.]+)(us|ms|s)", out)),
            "p99": millis(re.search(r"99%\s+([\d.]+)(us|ms|s)", out)),
            "cpu": used / max(1, count) * 1e6,
        }


def millis(match):
    return float(match[1]) * {"us": 0.001, "ms": 1, "s": 1000}[match[2]]


def kserve(infer):
    interpreter, module = guest("kserve", "KSERVE_PYTHON", ["sklearnserver", "kserve"], "kserve", "scikit-learn==1.9.1")
    if module == "kserve":
        return [("KServe", [interpreter, "-c", KSERVE, WORK, "18096"], infer, 18096)]
    return [("KServe sklearnserver", [interpreter, "-m", "sklearnserver", f"--model_dir={WORK}/kserve/{model}",
             f"--model_name={model}", f"--http_port={port}", "--enable_grpc=false", "--enable_latency_logging=false"],
             {model: infer[model]}, port)
            for model, port in (("lr", 18096), ("rf", 18097))]


def ray(_):
    # What ray[serve] asks for, without the proxy that it does not need.
    packages = ["ray", "fastapi", "starlette", "uvicorn", "aiohttp", "watchfiles", "prometheus_client", "smart_open",
                "virtualenv", "py-spy", "grpcio", "pydantic", "requests", "jinja2", "scikit-learn==1.9.1"]
    interpreter, _ = guest("ray", "RAY_PYTHON", ["ray.serve"], *packages)
    return [("Ray Serve", [interpreter, "-c", RAY, WORK, "18098"], {"lr": "/lr", "rf": "/rf"}, 18098)]


def nginx(_):
    """The ceiling: nginx that answers the same bytes from its memory, on one worker."""
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if not program:
        raise NotThere("nginx: not installed")
    answer = '{"model_name":"lr","outputs":[{"name":"output-0","datatype":"INT64","shape":[1],"data":[2]}]}'
    (WORK / "nginx.conf").write_text(NGINX % (WORK, WORK, answer))
    return [("nginx, fixed answer", [program, "-c", str(WORK / "nginx.conf")], {"lr": "/lr", "rf": "/rf"}, 18099)]


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    interpreter = python()
    subprocess.run([interpreter, "-c", MODELS, WORK], check=True)
    (WORK / "post.lua").write_text(
        f"wrk.method='POST'\nwrk.body='{BODY}'\nwrk.headers['content-type']='application/json'\n")
    libraries = (ROOT / "app/target/slipway/libraries").read_text().strip()
    app = next((ROOT / "app/target/slipway/lib").glob("slipway-app-*.jar"))
    # In the environment, not on the command line: a native library reads that, and dies of a long one.
    os.environ["CLASSPATH"] = f"{ROOT}/bench/target/classes:{app}:{libraries}"
    infer = {model: f"/v2/models/{model}/infer" for model in ("lr", "rf")}
    planned = [
        ("bare net, thread", JAVA + ["dev.slipway.bench.NetEcho", "port=18091", "json=165"],
         {"lr": "/thread", "rf": "/thread"}, 18091),
        ("slipway serve", JAVA + ["dev.slipway.app.Main", "serve", "--port", "18092",
         f"lr={WORK}/lr.joblib", f"rf={WORK}/rf.joblib"], infer, 18092),
        ("slipway serve, ONNX", JAVA + ["dev.slipway.app.Main", "serve", "--port", "18094",
         f"lr={WORK}/lr.onnx"], {"lr": infer["lr"]}, 18094),
        ("uvicorn+sklearn", [interpreter, "-c", FASTAPI, WORK, "18093"], infer, 18093),
        ("uvicorn+onnxruntime", [interpreter, "-c", ONNX, WORK, "18095"], {"lr": infer["lr"]}, 18095),
    ]
    missing = []
    for plan in (nginx, kserve, ray):
        try:
            planned += plan(infer)
        except NotThere as problem:
            missing.append(str(problem))
    contenders = []
    try:
        for name, command, paths, port in planned:
            try:
                contenders.append(Contender(name, command, paths, port))
            except NotThere as problem:
                missing.append(str(problem))
        for contender in contenders:
            for model in contender.paths:
                contender.round(model, 8)  # until compiled: what follows is the steady state
        results = {}
        for _ in range(ROUNDS):
            for model in ("lr", "rf"):
                for contender in [each for each in contenders if model in each.paths]:
                    results.setdefault((model, contender.name), []).append(contender.round(model, SECONDS))
        load = os.getloadavg()[0]
        print(f"\n{SECONDS} s a cell, medians of {ROUNDS} rounds, load average {load:.1f}\n")
        print("| model | server | requests/s | p50 ms | p99 ms | CPU µs/request | times our CPU | start to answer s |")
        print("|---|---|---:|---:|---:|---:|---:|---:|")
        for (model, name), rounds in results.items():
            row = {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
            start = next(each.start_seconds for each in contenders if each.name == name)
            times = sorted(each["cpu"] / ours["cpu"] for each, ours in zip(rounds, results[model, "slipway serve"]))
            print(f"| {model} | {name} | {row['rate']:,.0f} | {row['p50']:.2f} | {row['p99']:.1f} | {row['cpu']:.1f} "
                  f"| {statistics.median(times):.2f} ({times[0]:.2f}–{times[-1]:.2f}) | {start:.2f} |")
        print("\n".join(missing))
    finally:
        for contender in contenders:
            contender.end()


main()
