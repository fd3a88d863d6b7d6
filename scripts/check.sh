#!/bin/sh
# Everything of `make check` that is not a test. The steps run beside each other, and all of them,
# so that one run names every fault. Translations, migrations and the rules of the house are tests:
# tests/guards.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
steps=0
# What is compiled is kept: the tests begin sooner.
unset PYTHONDONTWRITEBYTECODE
step() {
    steps=$((steps + 1))
    echo "$1" > "$said/$steps.name"
    shift
    { "$@" > "$said/$steps.out" 2>&1; echo $? > "$said/$steps.code"; } &
}
lines() {
    find "$@" -name '*.py' -not -path '*/migrations/*' -exec cat {} + | wc -l
}
step "types" $bin/mypy
step "tests are found" $bin/pytest -q --collect-only
step "import contracts" $bin/lint-imports
step "templates" $bin/djlint --lint --quiet engage/templates
step "dependencies" $bin/deptry .
step "lint" $bin/ruff check .
step "format" $bin/ruff format --check .
step "packages fit together" $bin/python -m pip check
wait
failed=
for number in $(seq "$steps"); do
    name=$(cat "$said/$number.name")
    if [ "$(cat "$said/$number.code")" = 0 ]; then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        cat "$said/$number.out"
        failed="$failed, $name"
    fi
done
app=$(lines engage) tests=$(lines tests)
echo "        $app lines of app, $tests of tests: $((tests * 100 / app)) for every 100"
[ -z "$failed" ] || { echo "Failed: ${failed#, }" >&2; exit 1; }
