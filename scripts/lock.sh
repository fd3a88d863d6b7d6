#!/bin/sh
# Writes the two lock files: names, versions and hashes for Python 3.11 and newer, no addresses.
set -eu
cd "$(dirname "$0")/.."
compile() {
    group=$1 target=$2
    shift 2
    uv pip compile pyproject.toml --extra pdf --group "$group" --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -o "$target" "$@"
}
compile build requirements.lock "$@"
compile dev requirements-dev.lock -c requirements.lock "$@"
