#!/bin/sh
# Everything of `make check` that is not a test. Each step runs, so that one run names every fault.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=
step() {
    name=$1
    shift
    printf '%s … ' "$name"
    if output=$("$@" 2>&1); then echo ok; else echo FAILED; printf '%s\n' "$output"; failed="$failed, $name"; fi
}
step "lint" $bin/ruff check .
step "format" $bin/ruff format --check .
step "types" $bin/mypy
step "import contracts" $bin/lint-imports
step "templates" $bin/djlint --lint --quiet engage/templates
step "dependencies" $bin/deptry .
step "packages fit together" $bin/python -m pip check
step "translations" $bin/python scripts/check_translations.py
step "migrations" sh scripts/with-services.sh $bin/python scripts/check_migrations.py
[ -z "$failed" ] || { echo "Failed: ${failed#, }" >&2; exit 1; }
