#!/usr/bin/python3
"""A real HTTP(S) receiver on loopback for tests; stops when its standard input is closed.

Prints one line of JSON with its port when it listens. Appends every request to --out as one line
of JSON before it answers. The path decides the answer:

  /status/NNN          that status                  /redirect   302 to /status/200
  /retry/VALUE         429 with Retry-After: VALUE  /hang       no answer until the client leaves
  /endless             200 and a body without end   /cut        the connection cut, no answer
  /cutonce             cut for the first request of a webhook-id, then 204
  /raw/BASE64          those bytes, and nothing more       /late/SECONDS        204 after that time
  /away/NNN/LOCATION   that status, to that place           /drip                one byte of a head each 50 ms
  /gzip                200 and a body that unpacks to 64 MB /head                200 and never a body
  /token/SECONDS       an access token (OAuth 2)            /token/refused       401 and no token
  /keep/...            as the rest says, and the connection stays open
  /cutsecond           204, and for the second request of a connection cut
  /leavesecond         the same, and from then on nobody listens
  anything else        204
"""
import argparse
import base64
import json
import socket
import ssl
import sys
import threading
import time
import urllib.parse
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    out = None
    cut = set()
    tokens = 0
    requests = 0  # of this connection
    lock = threading.Lock()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.record(body)
        self.requests += 1
        parts = self.path.split("/")
        self.close_connection = parts[1] != "keep"
        if not self.close_connection:
            del parts[1]
        if parts[1] == "token":
            self.token(parts[2:])
        elif parts[1] == "status":
            self.answer(int(parts[2]))
        elif parts[1] == "redirect":
            self.answer(302, Location="/status/200")
        elif parts[1] == "away":
            self.answer(int(parts[2]), Location=urllib.parse.unquote(parts[3]))
        elif parts[1] == "raw":
            self.wfile.write(base64.urlsafe_b64decode(parts[2]))
        elif parts[1] == "late":
            time.sleep(float(parts[2]))
            self.answer(204)
        elif parts[1] == "drip":
            self.drip()
        elif parts[1] == "gzip":
            self.gzip()
        elif parts[1] == "head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
            self.connection.recv(1)
        elif parts[1] == "retry":
            self.answer(429, **{"Retry-After": urllib.parse.unquote(parts[2])})
        elif parts[1] == "hang":
            self.connection.recv(1)
        elif parts[1] == "endless":
            self.endless()
        elif parts[1] == "cut" or (parts[1] == "cutonce" and self.first_time()) or (
                parts[1] in ("cutsecond", "leavesecond") and self.requests > 1):
            self.close_connection = True
            if parts[1] == "leavesecond":
                self.server.socket.shutdown(socket.SHUT_RDWR)
            self.connection.close()
        else:
            self.answer(204)

    def token(self, parts):
        """/token/SECONDS: the next of token-1, token-2 …, good for that time; /token/refused: none."""
        refused = parts == ["refused"]
        with self.lock:
            Receiver.tokens += 0 if refused else 1
            answer = {"error": "invalid_client", "error_description": "hush"} if refused else {
                "token_type": "Bearer", "access_token": f"token-{self.tokens}", "expires_in": int(parts[0]),
                "refresh_token": f"refresh-{self.tokens}"}
        body = json.dumps(answer).encode()
        self.send_response(401 if refused else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def first_time(self):
        with self.lock:
            name = self.headers.get("webhook-id")
            first = name not in self.cut
            self.cut.add(name)
            return first

    def record(self, body):
        request = {
            "path": self.path,
            "port": self.client_address[1],
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode("utf-8"),
        }
        with self.lock, open(self.out, "a", encoding="utf-8") as file:
            file.write(json.dumps(request) + "\n")

    def answer(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def drip(self):
        try:
            for _ in range(10_000):
                self.wfile.write(b"H")
                time.sleep(0.05)
        except OSError:
            pass

    def gzip(self):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        try:
            self.wfile.write(packed)
        except OSError:
            pass

    def endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def log_message(self, format, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    context = None

    def handle_error(self, request, client_address):
        pass  # clients that leave are part of the tests

    def finish_request(self, request, client_address):
        if self.context:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--out", required=True)
    parser.add_argument("--certificate", help="speak HTTPS with this certificate")
    parser.add_argument("--key")
    options = parser.parse_args()
    Receiver.out = options.out
    server = Server((options.host, options.port), Receiver)
    if options.certificate:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(options.certificate, options.key)
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
