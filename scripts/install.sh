#!/bin/sh
# scripts/install.sh run|dev: makes .venv from the lock file, then installs Engage itself into it.
# The lock holds hashes only, so pip's own settings decide where packages come from.
set -eu
cd "$(dirname "$0")/.."
case "${1:-}" in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) echo "usage: scripts/install.sh run|dev" >&2; exit 2 ;;
esac
if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    python=$(sh scripts/pick-python.sh ${PYTHON:+"$PYTHON"})
    echo "Making .venv with $python"
    "$python" -m venv --clear .venv
fi
pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }
echo "Installing the packages of $lock (about a minute the first time)"
pip install --quiet --require-hashes -r "$lock"
echo "Installing Engage and building its assets"
pip install --quiet --no-build-isolation --no-deps -e .
pip check
