#!/usr/bin/python3
"""parse_mail.py FOLDER: reads each N.eml there with Python's strict parser and writes what it found to N.json.

A mail that breaks a rule of the strict policy ends the run.
"""
import email
import email.policy
import json
import pathlib
import sys

strict = email.policy.default.clone(raise_on_defect=True)
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
    mail = email.message_from_bytes(path.read_bytes(), policy=strict)
    parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
    found = {
        "subject": mail["Subject"],
        "to_name": mail["To"].addresses[0].display_name,
        "to": mail["To"].addresses[0].addr_spec,
        "from": mail["From"].addresses[0].addr_spec,
        "id": mail["Message-ID"],
        "references": mail["References"],
        "headers": len(mail.keys()),
        "plain": parts["text/plain"].replace("\r\n", "\n"),
        "html": parts["text/html"].replace("\r\n", "\n"),
    }
    path.with_suffix(".json").write_text(json.dumps(found), encoding="utf-8")
