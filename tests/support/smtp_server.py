#!/usr/bin/python3
"""A real SMTP server on loopback for tests; stops when its standard input is closed.

Prints one line of JSON with its port when it listens. Appends every accepted mail to --out as one
line of JSON. The local part of the recipient decides how it behaves:

  rcpt450@ rcpt550@   refuse the recipient          data451@ data554@   refuse the mail
  cut@                accept the mail, then cut the connection before the answer
  cutonce@            the same, but only for the first mail of a Message-ID
  hang@               never answer the recipient

A sender mail550@… is refused, and so is whoever says EHLO ehlo550.…; --tls refusing refuses every connection.
"""
import argparse
import asyncio
import json
import logging
import ssl
import sys
import warnings
from email.parser import BytesHeaderParser

from aiosmtpd.smtp import SMTP, AuthResult


class Behaviour:
    def __init__(self, out, tokens):
        self.out = out
        self.tokens = tokens
        self.cut = set()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        if hostname.startswith("ehlo550"):
            return ["550 5.7.1 scripted refusal of the client"]
        session.host_name = hostname
        return responses

    async def handle_HELO(self, server, session, envelope, hostname):
        if hostname.startswith("ehlo550"):
            return "550 5.7.1 scripted refusal of the client"
        session.host_name = hostname
        return "250 localhost"

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("mail550"):
            return "550 5.7.1 scripted refusal of the sender"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def auth_XOAUTH2(self, server, args):
        """Takes the tokens that stand in --tokens now, one a line, and leaves what was offered beside them."""
        blob = await server.challenge_auth("")
        fields = blob.decode().split("\x01") if isinstance(blob, bytes) else []
        if len(fields) < 2 or not fields[0].startswith("user=") or not fields[1].startswith("auth=Bearer "):
            return AuthResult(success=False, handled=False)
        token = fields[1][len("auth=Bearer "):]
        with open(self.tokens, encoding="utf-8") as file:
            known = token in file.read().split()
        return AuthResult(success=known, handled=False, auth_data=fields[0][len("user="):].encode())

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local == "hang":
            await asyncio.sleep(3600)
        if local.startswith("rcpt"):
            return f"{local[4:]} {local[4]}.1.1 scripted refusal of the recipient"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        local = envelope.rcpt_tos[0].split("@")[0]
        if local.startswith("data"):
            return f"{local[4:]} {local[4]}.7.1 scripted refusal of the mail"
        self.record(session, envelope)
        message_id = BytesHeaderParser().parsebytes(envelope.content)["Message-ID"]
        if local == "cut" or (local == "cutonce" and message_id not in self.cut):
            self.cut.add(message_id)
            server.transport.abort()
        return "250 2.0.0 queued"

    def record(self, session, envelope):
        mail = {
            "helo": session.host_name,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "user": (session.auth_data or b"").decode() if session.authenticated else None,
            "body": envelope.content.decode("latin-1"),
        }
        with open(self.out, "a", encoding="utf-8") as file:
            file.write(json.dumps(mail) + "\n")


class Refusal(asyncio.Protocol):
    def connection_made(self, transport):
        transport.write(b"554 5.7.1 scripted refusal of the connection\r\n")


def login_check(expected):
    def check(server, session, envelope, mechanism, data):
        given = data.login.decode() + ":" + data.password.decode()
        return AuthResult(success=given == expected, handled=False, auth_data=data.login)
    return check


async def serve(options):
    context = None
    if options.tls != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
    behaviour = Behaviour(options.out, options.tokens)

    def protocol():
        if options.tls == "refusing":
            return Refusal()
        return SMTP(
            behaviour, hostname="localhost", timeout=3600, loop=asyncio.get_running_loop(),
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            authenticator=login_check(options.login) if options.login else None,
            auth_exclude_mechanism=["LOGIN", "PLAIN"] if options.tokens else None,
            auth_required=bool(options.login or options.tokens), auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(
        protocol, options.host, options.port, ssl=context if options.tls == "implicit" else None)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main():
    logging.disable()  # clients that break off are part of the tests
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--out", required=True)
    parser.add_argument("--tls", choices=["none", "starttls", "implicit", "refusing"], default="none")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--login", help="user:password that every client must give")
    parser.add_argument("--tokens", help="a file of access tokens, of which every client must give one")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
