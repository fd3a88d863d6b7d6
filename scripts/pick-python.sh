#!/bin/sh
# Prints a Python (3.11 or newer) that can make virtual environments; says what to install if there is none.
for candidate in "$@" python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$candidate"
        exit 0
    fi
done
echo "Engage needs Python 3.11 or newer with its venv module (Debian: apt-get install python3 python3-venv)." >&2
exit 1
