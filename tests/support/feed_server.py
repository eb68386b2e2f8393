#!/usr/bin/python3
"""A web server on loopback for the tests of feeds; stops when its standard input is closed.

Prints one line of JSON with its port when it listens. Appends the path and the headers of every
request to --out as one line of JSON before it answers. The path decides the answer:

  /file/NAME        that file of --folder with an ETag; 304 to who names it
  /status/NNN       that status                     /retry/VALUE    503 with Retry-After: VALUE
  /away/LOCATION    302 to that place (quoted)      /loop           302 to itself
  /endless          200 and a body without end      /hang           no answer until the client leaves
"""
import argparse
import hashlib
import json
import os
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Feeds(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    out = None
    folder = None
    lock = threading.Lock()

    def do_GET(self):
        self.record()
        self.close_connection = True
        kind, _, rest = self.path[1:].partition("/")
        if kind == "file":
            self.file(rest)
        elif kind == "status":
            self.answer(int(rest))
        elif kind == "retry":
            self.answer(503, Retry_After=rest)
        elif kind == "away":
            self.answer(302, Location=urllib.parse.unquote(rest))
        elif kind == "loop":
            self.answer(302, Location="/loop")
        elif kind == "endless":
            self.endless()
        elif kind == "hang":
            self.connection.recv(1)
        else:
            self.answer(404)

    def record(self):
        request = {"path": self.path, "headers": {name.lower(): value for name, value in self.headers.items()}}
        with self.lock, open(self.out, "a", encoding="utf-8") as file:
            file.write(json.dumps(request) + "\n")

    def file(self, name):
        try:
            with open(os.path.join(self.folder, os.path.basename(name)), "rb") as file:
                body = file.read()
        except OSError:
            self.answer(404)
            return
        tag = '"%s"' % hashlib.sha1(body).hexdigest()
        if self.headers.get("If-None-Match") == tag:
            self.answer(304, ETag=tag)
            return
        self.answer(200, body, ETag=tag, Last_Modified="Tue, 12 Aug 2025 12:20:00 GMT",
                    Content_Type="application/rss+xml" if name.endswith(".xml") else "text/html")

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"<rss>" * 16384)
        except OSError:
            pass

    def log_message(self, format, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients that leave are part of the tests


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--folder", required=True)
    options = parser.parse_args()
    Feeds.out = options.out
    Feeds.folder = options.folder
    server = Server(("127.0.0.1", 0), Feeds)
    print(json.dumps({"port": server.server_port}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


main()
