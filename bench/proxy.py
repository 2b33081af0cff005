#!/usr/bin/env python3
"""Compares the forwarder with nginx and haproxy before the same upstream, in one run and one table.

    JAVA_HOME=... bench/proxy.py [SECONDS] [ROUNDS]

Needs nginx, haproxy, wrk and h2load (Debian packages nginx-light, haproxy, wrk, nghttp2-client), and a build
(`./mvnw -Dfast -DskipTests package`). HTTP/1.1 goes to an nginx that answers 150 bytes of JSON or 1 MB, gRPC to
the bare server of the network room. Contenders take turns; figures are medians of the rounds, ratios are
medians of the ratios within a round. CPU is user and system time of the proxy by request.
"""
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "bench" / "target" / "proxy"
SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
PATH = os.environ["PATH"] + ":/usr/sbin"
JAVA = [
    os.environ["JAVA_HOME"] + "/bin/java", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx256m",
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
]
BODY = '{"inputs":[{"name":"x","shape":[1,8],"datatype":"FP32","data":[1.5,2.5,3.5,4.5,5.5,6.5,7.5,8.5]}]}'
NGINX = '''
worker_processes 2; pid WORK/NAME.pid; error_log WORK/NAME.log error; daemon off;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; client_body_temp_path WORK/body; proxy_temp_path WORK/temp;
  fastcgi_temp_path WORK/t1; uwsgi_temp_path WORK/t2; scgi_temp_path WORK/t3; default_type application/json;
SERVERS
}
'''
UPSTREAM = '''
  server { listen 127.0.0.1:18301; root WORK; location = /small { return 200 '%s'; } }
''' % ("x" * 150)
PROXY = '''
  upstream web { server 127.0.0.1:18301; keepalive 256; keepalive_requests 100000000; }
  upstream calls { server 127.0.0.1:18302; keepalive 64; keepalive_requests 100000000; }
  server { listen 127.0.0.1:18311; location / { proxy_pass http://web; proxy_http_version 1.1;
           proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr; } }
  server { listen 127.0.0.1:18312 http2; location / { grpc_pass grpc://calls; } }
'''
HAPROXY = '''
global
  nbthread 2
defaults
  mode http
  option forwardfor
  option http-keep-alive
  http-reuse always
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  maxconn 4096
listen web
  bind 127.0.0.1:18321
  server s 127.0.0.1:18301
listen calls
  bind 127.0.0.1:18322 proto h2
  server s 127.0.0.1:18302 proto h2
'''


def java_path():
    given = os.environ.get("BENCH_CLASSPATH")
    if given:
        return given
    libraries = (ROOT / "app/target/slipway/libraries").read_text().strip()
    app = next((ROOT / "app/target/slipway/lib").glob("slipway-app-*.jar"))
    return f"{ROOT}/bench/target/classes:{app}:{libraries}"


def start(*command):
    return subprocess.Popen(command, env={**os.environ, "PATH": PATH}, stdout=subprocess.DEVNULL)


def nginx(name, servers):
    config = WORK / f"{name}.conf"
    config.write_text(NGINX.replace("SERVERS", servers).replace("WORK", str(WORK)).replace("NAME", name))
    return start(shutil.which("nginx", path=PATH), "-c", config)


def await_port(port):
    for _ in range(600):
        if subprocess.run(["bash", "-c", f"</dev/tcp/127.0.0.1/{port}"], stderr=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens on {port}")


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


def millis(match):
    return float(match[1]) * {"us": 0.001, "ms": 1, "s": 1000}[match[2]]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def wrk(path, connections):
    def load(port):
        out = run("wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", WORK / "post.lua",
                  f"http://127.0.0.1:{port}{path}")
        if "Non-2xx" in out or "Socket errors" in out:
            print(f"port {port}: {out}", file=sys.stderr)
        return {
            "count": int(re.search(r"(\d+) requests in", out)[1]),
            "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]),
            "p50": millis(re.search(r"50%\s+([\d.]+)(us|ms|s)", out)),
            "p99": millis(re.search(r"99%\s+([\d.]+)(us|ms|s)", out)),
        }
    return load


def h2load(*options):
    def load(port):
        log = WORK / "h2load.log"
        log.unlink(missing_ok=True)
        out = run("h2load", "-t1", f"-D{SECONDS}", "--log-file", log, *options[:-1],
                  f"http://127.0.0.1:{port}{options[-1]}")
        rows = [line.split("\t") for line in log.read_text().splitlines()]
        times = sorted(int(row[2]) for row in rows if row[1] == "200")
        if len(times) < len(rows) * 0.999 or not times:
            print(f"port {port}: {len(rows) - len(times)} failed\n{out}", file=sys.stderr)
        return {
            "count": len(rows),
            "rate": len(times) / SECONDS,
            "p50": times[len(times) // 2] / 1000,
            "p99": times[len(times) * 99 // 100] / 1000,
        }
    return load


GRPC = ["-H", "content-type: application/grpc", "-H", "te: trailers", "-d", WORK / "frame.bin"]
LOADS = {
    "HTTP/1.1, 150 B, 50 connections": (wrk("/small", 50), "web"),
    "HTTP/1.1, 1 MB, 50 connections": (wrk("/blob", 50), "web"),
    "HTTP/1.1, 150 B, 1,000 a second, 20 connections":
        (h2load("--h1", "-c20", "-m1", "--rps=50", "/small"), "web"),
    "gRPC, 8 connections of 16 streams": (h2load("-c8", "-m16", *GRPC, "/bench.Echo/Echo"), "calls"),
}


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "blob").write_bytes(b"x" * 1024 * 1024)
    (WORK / "frame.bin").write_bytes(b"\0\0\0\0\x3d" + b"x" * 61)
    (WORK / "post.lua").write_text("wrk.headers['content-type']='application/json'\n")
    (WORK / "haproxy.conf").write_text(HAPROXY)
    path = java_path()
    bench = JAVA + ["-cp", path]
    processes = [
        nginx("upstream", UPSTREAM),
        start(*bench, "dev.slipway.bench.NetEcho", "port=18302", "grpc=96"),
        nginx("proxy", PROXY),
        start(shutil.which("haproxy", path=PATH), "-f", WORK / "haproxy.conf"),
        start(*bench, "dev.slipway.bench.NetProxy", "port=18331", "upstream=18301"),
        start(*bench, "dev.slipway.bench.NetProxy", "port=18332", "upstream=18302", "h2"),
    ]
    contenders = {
        "none": ({"web": 18301, "calls": 18302}, {"web": processes[0], "calls": processes[1]}),
        "nginx": ({"web": 18311, "calls": 18312}, {"web": processes[2], "calls": processes[2]}),
        "haproxy": ({"web": 18321, "calls": 18322}, {"web": processes[3], "calls": processes[3]}),
        "slipway": ({"web": 18331, "calls": 18332}, {"web": processes[4], "calls": processes[5]}),
    }
    try:
        for ports, _ in contenders.values():
            for port in ports.values():
                await_port(port)
        for _ in range(2):  # warm up
            for load, kind in LOADS.values():
                load(contenders["slipway"][0][kind])
        results = {}
        for _ in range(ROUNDS):
            for title, (load, kind) in LOADS.items():
                for name, (ports, owners) in contenders.items():
                    before = cpu_seconds(owners[kind].pid)
                    figures = load(ports[kind])
                    figures["cpu"] = (cpu_seconds(owners[kind].pid) - before) / max(1, figures["count"]) * 1e6
                    results.setdefault((title, name), []).append(figures)
        report(results, contenders)
    finally:
        for process in processes:
            process.terminate()


def report(results, contenders):
    print(f"\n{SECONDS} s a cell, medians of {ROUNDS} rounds, load average {os.getloadavg()[0]:.1f}\n")
    print("| load | proxy | requests/s | p50 ms | p99 ms | CPU µs/request | of nginx's rate | of haproxy's rate |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for title in LOADS:
        for name in contenders:
            rounds = results[title, name]
            row = {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
            ratios = [statistics.median(mine["rate"] / max(1e-9, theirs["rate"])
                                        for mine, theirs in zip(rounds, results[title, other]))
                      for other in ("nginx", "haproxy")]
            print(f"| {title} | {name} | {row['rate']:,.0f} | {row['p50']:.2f} | {row['p99']:.2f} "
                  f"| {row['cpu']:.1f} | {ratios[0]:.2f} | {ratios[1]:.2f} |")


main()
