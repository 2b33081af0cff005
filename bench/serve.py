#!/usr/bin/env python3
"""Compares the model server with the bare network room and with Python servers, in one run and one table.

    JAVA_HOME=... bench/serve.py [SECONDS] [ROUNDS]

Needs wrk (Debian package). Python's servers run if the interpreter at bench/target/python (made here with
pip: scikit-learn, fastapi, uvicorn) can import them; ray is taken if it is installed there. Every contender
answers the same V2 request of one iris row, 50 connections; figures are medians of the rounds, contenders in
turn. CPU is user and system time of the server process (and its children) by request.
"""
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "bench" / "target" / "serve"
SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 4
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
JAVA = [
    os.environ["JAVA_HOME"] + "/bin/java", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m",
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
]
BODY = '{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[6.8,2.8,4.8,1.4]}]}'
MODELS = '''
import joblib, sys
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
x, y = load_iris(return_X_y=True)
joblib.dump(LogisticRegression(max_iter=500).fit(x, y), sys.argv[1] + "/lr.joblib")
joblib.dump(RandomForestClassifier(100, random_state=0).fit(x, y), sys.argv[1] + "/rf.joblib")
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


def python():
    home = ROOT / "bench" / "target" / "python"
    if not (home / "complete").exists():
        subprocess.run(["python3", "-m", "venv", "--clear", home], check=True)
        subprocess.run([home / "bin/pip", "install", "-q", "--retries", "1", "scikit-learn==1.9.1", "fastapi", "uvicorn"], check=True)
        (home / "complete").touch()
    return str(home / "bin/python")


def cpu_seconds(pid):
    total = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(entry.name) == pid or int(fields[1]) == pid:
                total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def ask(url):
    request = urllib.request.Request(url, BODY.encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as reply:
        return reply.read()


class Contender:
    def __init__(self, name, command, paths, port):
        self.name, self.paths, self.port = name, paths, port
        started = time.monotonic()
        self.log = open(WORK / f"{name.split()[0]}.log", "w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, cwd=ROOT)
        while True:
            try:
                ask(self.url(paths[next(iter(paths))]))
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() - started > 60:
                    raise SystemExit(f"{name} does not answer; see {self.log.name}")
                time.sleep(0.01)
        self.start_seconds = time.monotonic() - started

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


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    interpreter = python()
    subprocess.run([interpreter, "-c", MODELS, WORK], check=True)
    (WORK / "post.lua").write_text(
        f"wrk.method='POST'\nwrk.body='{BODY}'\nwrk.headers['content-type']='application/json'\n")
    libraries = (ROOT / "app/target/slipway/libraries").read_text().strip()
    app = next((ROOT / "app/target/slipway/lib").glob("slipway-app-*.jar"))
    path = f"{ROOT}/bench/target/classes:{app}:{libraries}"
    infer = {model: f"/v2/models/{model}/infer" for model in ("lr", "rf")}
    contenders = [
        Contender("bare net, thread", JAVA + ["-cp", path, "dev.slipway.bench.NetEcho", "port=18091", "json=165"],
                  {"lr": "/thread", "rf": "/thread"}, 18091),
        Contender("slipway serve", JAVA + ["-cp", path, "dev.slipway.app.Main", "serve", "--port", "18092",
                  f"lr={WORK}/lr.joblib", f"rf={WORK}/rf.joblib"], infer, 18092),
        Contender("uvicorn+sklearn", [interpreter, "-c", FASTAPI, WORK, "18093"], infer, 18093),
    ]
    try:
        for contender in contenders:
            for model in ("lr", "rf"):
                contender.round(model, 3)
        results = {}
        for _ in range(ROUNDS):
            for model in ("lr", "rf"):
                for contender in contenders:
                    results.setdefault((model, contender.name), []).append(contender.round(model, SECONDS))
        load = os.getloadavg()[0]
        print(f"\n{SECONDS} s a cell, medians of {ROUNDS} rounds, load average {load:.1f}\n")
        print("| model | server | requests/s | p50 ms | p99 ms | CPU µs/request | start to answer s |")
        print("|---|---|---:|---:|---:|---:|---:|")
        for (model, name), rounds in results.items():
            row = {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
            start = next(each.start_seconds for each in contenders if each.name == name)
            print(f"| {model} | {name} | {row['rate']:,.0f} | {row['p50']:.2f} | {row['p99']:.1f} "
                  f"| {row['cpu']:.1f} | {start:.2f} |")
    finally:
        for contender in contenders:
            contender.process.terminate()


main()
