#!/usr/bin/env python3
"""Checks every #include against the folders and arrows of CONTRIBUTING.md ("Shape").

Usage: check_includes.py SOURCE_DIR. Prints each include that points the wrong way and exits 1;
`--self-test` shows that a planted one is found.
"""
import pathlib
import re
import sys

# Folder: (our folders it may use, third-party headers its .cpp files may use, those its .hpp files may).
FOLDERS = {
    "core": ([], ["fmt/", "tl/"], ["fmt/", "tl/"]),
    "config": (["core"], ["fmt/", "tl/", "toml++/"], ["tl/"]),
    "storage": (["core"], ["fmt/", "SQLiteCpp/", "sqlite3.h", "openssl/"], []),
    "daemon/api": (["core"], ["fmt/", "simdjson.h"], []),
    "daemon/engine": (["core", "storage", "config"], ["fmt/", "date/", "re2/"], []),
    "daemon/messages": (["core", "daemon/api"], ["fmt/", "gmime/", "kainjow/"], []),
    "daemon/ingest": (["core", "config", "daemon/api"], ["fmt/", "csv.h", "libxml/", "pugixml.hpp", "re2/", "utf8proc.h", "zip.h"], []),
    "daemon/http": (["core"], ["fmt/", "asio", "llhttp.h", "systemd/"], ["asio"]),
    "daemon": (
        ["core", "config", "storage", "daemon/api", "daemon/engine", "daemon/messages", "daemon/ingest", "daemon/http"],
        ["fmt/", "asio", "spdlog/", "systemd/", "CLI/"],
        ["asio"],
    ),
    "courier": (
        ["core", "config", "daemon/api"],
        ["fmt/", "curl/", "openssl/", "spdlog/", "systemd/", "CLI/"],
        ["curl/"],
    ),
    "cli": (["core", "config", "storage", "daemon/api", "daemon/ingest", "daemon/messages"], ["fmt/", "CLI/", "curl/", "xlsxwriter.h"], ["CLI/"]),
}
# One folder's private glue to a library: not part of its face.
PRIVATE_HEADERS = {"storage/sql.hpp", "storage/database_file.hpp", "daemon/messages/letter_data.hpp", "daemon/messages/mime/mime_held.hpp", "config/table_reader.hpp", "config/sections.hpp", "daemon/http/connection.hpp",
                   "daemon/http/server_state.hpp", "daemon/ingest/pattern.hpp", "daemon/ingest/xml_stream.hpp", "daemon/ingest/zip_archive.hpp"}
# "daemon/version.hpp" is made by CMake.
GENERATED = {"daemon/version.hpp"}
STANDARD = re.compile(r"^[a-z_0-9]+$")
POSIX = re.compile(r"^(sys|netinet|arpa|net|linux)/|^(fcntl|unistd|poll|grp|pwd|stdlib|stdio|signal|time|termios|wchar|locale|netdb|dirent|ifaddrs|sysexits|langinfo|dlfcn|malloc)\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(path):
    parts = path.split("/")
    two = "/".join(parts[:2])
    return two if two in FOLDERS and len(parts) > 2 else parts[0]


def faults_of(path, lines):
    folder = folder_of(path)
    ours, in_source, in_header = FOLDERS[folder]
    allowed = in_source if path.endswith(".cpp") or path in PRIVATE_HEADERS else in_header
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        quote, name = found.groups()
        if quote == '"':
            target = folder_of(name)
            if name not in GENERATED and target != folder and target not in ours:
                yield f"{path}:{number}: {folder}/ may not use {name}"
        elif not STANDARD.match(name) and not POSIX.match(name) and not any(name.startswith(each) for each in allowed):
            yield f"{path}:{number}: {name} does not belong here"


def check(root):
    faults = []
    for top in ("core", "config", "storage", "daemon", "courier", "cli"):
        for file in sorted((root / top).rglob("*.[ch]pp")):
            path = file.relative_to(root).as_posix()
            faults += faults_of(path, file.read_text(encoding="utf-8").splitlines())
    return faults


def self_test():
    planted = {
        "core/a.cpp": '#include "storage/store.hpp"',
        "storage/store.hpp": "#include <SQLiteCpp/SQLiteCpp.h>",
        "courier/a.cpp": '#include "daemon/http/request.hpp"',
        "daemon/engine/a.cpp": "#include <asio/post.hpp>",
    }
    return all(list(faults_of(path, [line])) for path, line in planted.items())


if __name__ == "__main__":
    if not self_test():
        print("FAILED: a planted include was not found")
        sys.exit(1)
    found = check(pathlib.Path(sys.argv[1]))
    print("\n".join(found) if found else "ok: every include keeps to its folder's arrows")
    sys.exit(1 if found else 0)
