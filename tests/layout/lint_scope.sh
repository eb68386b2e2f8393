#!/usr/bin/env bash
# What `./dev lint` looks at: never nothing because there is nothing to compare with.
set -euo pipefail
dev=$1/dev
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cp "$dev" dev
commit() { git add -A && git -c user.name=t -c user.email=t@t.example commit -qm "$1"; }
equal() { [ "$1" = "$2" ] || { printf 'FAILED: %s: got "%s", want "%s"\n' "$3" "$1" "$2"; exit 1; }; }
looked_at() { ./dev files-to-tidy "$@" 2>/dev/null | tr '\n' ' '; }

git init -q
mkdir tests
touch one.cpp two.cpp tests/three.cpp
commit first
equal "$(looked_at)" "one.cpp two.cpp " "the first commit is looked at whole"
if ./dev files-to-tidy no-such-commit 2>/dev/null; then
    echo "FAILED: a base that does not exist passes"
    exit 1
fi
echo "// changed" >two.cpp
commit second
equal "$(looked_at)" "two.cpp " "then only what changed"
equal "$(looked_at --all)" "one.cpp two.cpp " "and all where it is asked for"
git clone -q --depth 1 "file://$scratch" shallow
cd shallow
equal "$(looked_at)" "one.cpp two.cpp " "a clone without history is looked at whole"
echo "ok: what lint looks at"
