"""A name server on 127.0.0.1 port 53 for any name; its first label says what is answered:

nxdomain, servfail, silent; public (PUBLIC), private (127.0.0.1), hundred (a hundred inner addresses), beside (an address where nobody
is, then 127.0.0.1), mapped (::ffff:127.0.0.1), rebind (PUBLIC to the first question, 127.0.0.1 from then on).
"""

import argparse
import ipaddress
import json
import socket
import struct
import sys
import threading

A, AAAA = 1, 28
NO_ERROR, SERVER_FAILED, NO_SUCH_NAME = 0, 2, 3


def labels_of(question):
    labels, at = [], 0
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode())
        at += question[at] + 1
    return labels, at + 1


class Names:
    def __init__(self, public):
        self.public, self.rebound = public, False

    def addresses(self, name):
        """Those of `name`; a code where there are none."""
        if name == "rebind":
            first, self.rebound = not self.rebound, True
            return [self.public if first else "127.0.0.1"]
        return {
            "public": [self.public], "private": ["127.0.0.1"], "mapped": ["::ffff:127.0.0.1"],
            "beside": ["198.18.0.1", "127.0.0.1"], "hundred": [f"127.0.1.{last}" for last in range(100)],
            "servfail": SERVER_FAILED,
        }.get(name, NO_SUCH_NAME)

    def answer(self, query):
        labels, end = labels_of(query[12:])
        kind = struct.unpack("!H", query[12 + end:14 + end])[0]
        if labels[0] == "silent":
            return None
        # Asked for both kinds at once: only the IPv4 question counts as one.
        found = [] if labels[0] == "rebind" and kind != A else self.addresses(labels[0])
        code, records = (found, []) if isinstance(found, int) else (NO_ERROR, [
            packed for packed in (ipaddress.ip_address(each).packed for each in found)
            if len(packed) == {A: 4, AAAA: 16}.get(kind)])
        head = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        return head + query[12:16 + end] + b"".join(
            b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(each)) + each for each in records)


def serve(server, names):
    while True:
        query, sender = server.recvfrom(4096)
        if (answer := names.answer(query)) is not None:
            server.sendto(answer, sender)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", required=True, help="an address that is no inner one")
    options = parser.parse_args()
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    print(json.dumps({"port": 53}), flush=True)
    threading.Thread(target=serve, args=(server, Names(options.public)), daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
