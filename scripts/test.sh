#!/bin/sh
# Runs the tests on two workers; without arguments all of them, with a report of what they covered.
set -eu
cd "$(dirname "$0")/.."
if [ "$#" -gt 0 ]; then
    exec sh scripts/with-services.sh .venv/bin/pytest "$@"
fi
sh scripts/with-services.sh .venv/bin/pytest -q -n 2 --dist worksteal \
    --cov --cov-report=term --cov-report=html
