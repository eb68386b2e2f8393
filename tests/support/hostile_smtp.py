#!/usr/bin/python3
"""A mail server that misbehaves at one step; stops when its standard input is closed.

Prints one line of JSON with its port when it listens. For each connection it reads --script, a JSON object:

  step    connect, ehlo, starttls, auth, mail, rcpt, data or end (after the final dot)
  act     reply (with code), cut, hang, drip, endless (reply lines without end), long (one line of 1 MB)
  only    a recipient: the step misbehaves for that one alone
  after   so many mails: the step misbehaves on a connection that brought them

Appends to --out one line of JSON for each command and each whole mail. With --certificate it offers STARTTLS; with
--old-tls nothing newer than TLS 1.1.
"""
import argparse
import json
import socketserver
import ssl
import sys
import threading
import time


class Gone(Exception):
    pass


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        with open(self.server.options.script, encoding="utf-8") as file:
            self.script = json.load(file)
        self.recipient = ""
        self.mails = 0
        self.note(command="connect")
        try:
            self.answer("connect", "220 localhost")
            while True:
                self.take(self.line())
        except (Gone, OSError):
            pass

    def line(self):
        line = self.rfile.readline().decode("latin-1").rstrip("\r\n")
        if not line:
            raise Gone
        return line

    def take(self, command):
        verb = command.split(" ")[0].upper()
        self.note(command=verb)
        if verb in ("EHLO", "HELO"):
            self.answer("ehlo", self.greeting(verb))
        elif verb == "STARTTLS":
            self.answer("starttls", "220 go ahead")
            self.secure()
        elif verb == "AUTH":
            if len(command.split(" ")) == 2:
                self.send("334 ")
                self.line()
            self.answer("auth", "235 welcome")
        elif verb == "MAIL":
            self.answer("mail", "250 fine")
        elif verb == "RCPT":
            self.recipient = command.split("<")[1].split(">")[0]
            self.answer("rcpt", "250 fine")
        elif verb == "DATA":
            self.answer("data", "354 go ahead")
            self.body()
            self.answer("end", "250 queued")
        elif verb == "NOOP":
            self.send("250 fine")
        elif verb == "QUIT":
            self.answer("quit", "221 bye")
            raise Gone
        else:
            self.send("500 what")

    def greeting(self, verb):
        offers = ["AUTH PLAIN"]
        if self.server.options.certificate and not isinstance(self.request, ssl.SSLSocket):
            offers.append("STARTTLS")
        lines = ["localhost"] + (offers if verb == "EHLO" else [])
        return "\r\n".join(f"250{'-' if i + 1 < len(lines) else ' '}{text}" for i, text in enumerate(lines))

    def secure(self):
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb", 0)

    def body(self):
        lines = []
        while (line := self.line_of_body()) != b".\r\n":
            lines.append(line)
        self.mails += 1
        self.note(mail=b"".join(lines).decode("latin-1"), to=self.recipient)

    def line_of_body(self):
        line = self.rfile.readline()
        if not line:
            raise Gone
        return line

    def answer(self, step, usual):
        ours = step == self.script.get("step") and self.script.get("only", self.recipient) == self.recipient
        ours = ours and self.mails >= self.script.get("after", 0)
        act = self.script.get("act") if ours else None
        if act is None:
            return self.send(usual)
        if act == "reply":
            code = self.script["code"]
            self.send(f"{code} {str(code)[0]}.7.0 scripted refusal")
            if code == 421:
                raise Gone
            return self.after_refusal(step)
        if act == "cut":
            raise Gone
        if act == "hang":
            self.rfile.read(1)
            raise Gone
        self.flood(act)

    def after_refusal(self, step):
        if step == "data":
            self.take(self.line())
        elif step == "starttls":
            self.take(self.line())

    def flood(self, act):
        if act == "long":
            self.wfile.write(b"250-" + b"x" * (1 << 20) + b"\r\n")
            return self.flood("hang")
        if act == "hang":
            self.rfile.read(1)
            raise Gone
        for _ in range(10_000_000):
            if act == "drip":
                time.sleep(0.05)
                self.wfile.write(b"2")
            else:
                self.wfile.write(b"250-and so on\r\n" * 100)

    def send(self, text):
        self.wfile.write(text.encode("latin-1") + b"\r\n")

    def note(self, **event):
        with self.server.lock, open(self.server.options.out, "a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass  # clients that leave are part of the tests


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--script", required=True)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--old-tls", action="store_true")
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Session)
    server.options = options
    server.lock = threading.Lock()
    if options.certificate:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(options.certificate, options.key)
        if options.old_tls:
            server.context.set_ciphers("ALL:@SECLEVEL=0")
            server.context.minimum_version = ssl.TLSVersion.TLSv1
            server.context.maximum_version = ssl.TLSVersion.TLSv1_1
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    import warnings
    warnings.simplefilter("ignore")
    main()
