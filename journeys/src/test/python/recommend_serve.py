"""A server as the article's recommendation-api is one: HTTP at $PORT."""

import http.server
import json
import os


class Recommend(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps({"user": self.path.rpartition("/")[2], "items": [2, 4]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Recommend).serve_forever()
