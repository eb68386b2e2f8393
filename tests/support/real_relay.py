#!/usr/bin/python3
"""Postfix on loopback with STARTTLS and AUTH for tests; stops when its standard input is closed.

Prints one line of JSON with its port when it listens; port 0 says that it cannot run here (not installed, not root).
Mail for anybody at force.example becomes a file of FOLDER/mail/all/new. Everything it writes lies in FOLDER; the
system's own Postfix, if there is one, is not touched.
"""
import argparse
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time

import child

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
alias_maps =
virtual_mailbox_domains = force.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = encrypt
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = localhost
cyrus_sasl_config_path = {folder}/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

SASL = """
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {folder}/users
mech_list: PLAIN LOGIN
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as peer:
            return peer.recv(4) == b"220 "
    except OSError:
        return False


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def prepare(options, port):
    folder = options.folder
    postfix = pwd.getpwnam("postfix")
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chmod(folder, 0o755)
    for name, owner in (("queue", 0), ("data", postfix.pw_uid), ("mail", nobody), ("sasl", 0)):
        os.makedirs(f"{folder}/{name}")
        os.chown(f"{folder}/{name}", owner, -1)
    values = {"port": port, "nobody": nobody, **vars(options)}
    write(f"{folder}/main.cf", MAIN.format(**values))
    write(f"{folder}/master.cf", MASTER.format(**values))
    write(f"{folder}/sasl/smtpd.conf", SASL.format(**values))
    user, password = options.login.split(":")
    subprocess.run(["saslpasswd2", "-p", "-c", "-f", f"{folder}/users", "-u", "localhost", user], input=password,
                   text=True, check=True)
    os.chown(f"{folder}/users", postfix.pw_uid, -1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, help="an empty one")
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--login", required=True, help="user:password")
    options = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if shutil.which("postfix") is None or shutil.which("saslpasswd2") is None or os.geteuid() != 0:
        print(json.dumps({"port": 0}), flush=True)
        return
    port = free_port()
    prepare(options, port)
    with open(f"{options.folder}/out", "w", encoding="utf-8") as log:
        subprocess.run(["postfix", "-c", options.folder, "check"], stdout=log, stderr=log, check=True)
        daemons = subprocess.run(["postconf", "-h", "daemon_directory"], check=True, capture_output=True, text=True)
        relay = child.start([f"{daemons.stdout.strip()}/master", "-d", "-c", options.folder], log)
    try:
        while not listens(port):
            if relay.poll() is not None:
                raise SystemExit(open(f"{options.folder}/out", encoding="utf-8").read())
            time.sleep(0.05)
        print(json.dumps({"port": port}), flush=True)
        sys.stdin.read()
    finally:
        relay.terminate()
        relay.wait()


if __name__ == "__main__":
    main()
