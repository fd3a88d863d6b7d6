#!/bin/sh
# Everything of `make check` that is not a test. Each step runs, so that one run names every fault.
# Translations, migrations and the rules of the house are tests: tests/guards.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=
step() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        printf '%s\n' "$output"
        failed="$failed, $name"
    fi
}
lines() {
    find "$@" -name '*.py' -not -path '*/migrations/*' -exec cat {} + | wc -l
}
step "lint" $bin/ruff check .
step "format" $bin/ruff format --check .
step "types" $bin/mypy
step "import contracts" $bin/lint-imports
step "templates" $bin/djlint --lint --quiet engage/templates
step "dependencies" $bin/deptry .
step "packages fit together" $bin/python -m pip check
app=$(lines engage) tests=$(lines tests)
echo "        $app lines of app, $tests of tests: $((tests * 100 / app)) for every 100"
[ -z "$failed" ] || { echo "Failed: ${failed#, }" >&2; exit 1; }
