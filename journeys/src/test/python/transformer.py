"""A transformer in the standard library alone: millimetres to centimetres before, names of classes after.

KServe passes --model_name, --predictor_host and --http_port; PORT stands for the last where it is missing.
"""

import argparse
import json
import os
import signal
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

parser = argparse.ArgumentParser()
parser.add_argument("--model_name", required=True)
parser.add_argument("--predictor_host", required=True)
parser.add_argument("--http_port", type=int, default=int(os.environ.get("PORT", "8080")))
args, _ = parser.parse_known_args()
CLASSES = os.environ.get("CLASSES", "setosa,versicolor,virginica").split(",")


def predictor(path, body):
    request = urllib.request.Request(
        f"http://{args.predictor_host}{path}",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


class Transformer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        known = {
            "/": {"status": "alive"},
            f"/v1/models/{args.model_name}": {"name": args.model_name, "ready": True},
            "/v2/health/ready": {"ready": True},
        }
        self.answer(200 if self.path in known else 404, known.get(self.path, {"error": self.path}))

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path.startswith("/v1/"):
            asked["instances"] = [[value / 10 for value in row] for row in asked["instances"]]
            answer = predictor(self.path, asked)
            answer["predictions"] = [CLASSES[int(each)] for each in answer["predictions"]]
        else:
            for tensor in asked["inputs"]:
                tensor["data"] = [value / 10 for value in tensor["data"]]
            answer = predictor(self.path, asked)
            answer["outputs"][0] = {
                "name": "classes",
                "shape": answer["outputs"][0]["shape"],
                "datatype": "BYTES",
                "data": [CLASSES[int(each)] for each in answer["outputs"][0]["data"]],
            }
        print(f"answered {self.path}", flush=True)
        self.answer(200, answer)

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(f"transforming for {args.predictor_host} on port {args.http_port}", flush=True)
ThreadingHTTPServer(("0.0.0.0", args.http_port), Transformer).serve_forever()
