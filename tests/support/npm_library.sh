#!/bin/sh
# npm_library.sh FOLDER NAME VERSION: installs one library into FOLDER/node_modules once. Exit 69: it cannot be had here.
set -eu
[ -e "$1/node_modules/$2/package.json" ] && exit 0
command -v npm >/dev/null && command -v node >/dev/null || exit 69
mkdir -p "$1"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$1" "$2@$3" >/dev/null 2>&1 || exit 69
