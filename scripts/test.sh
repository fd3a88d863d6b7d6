#!/bin/sh
# Runs the tests on two workers: all of them on SQLite, then on PostgreSQL those that use a database,
# and reports what both covered. With arguments, runs pytest with these alone.
set -u
cd "$(dirname "$0")/.."
if [ -z "${ENGAGE_TEST_SERVICES:-}" ]; then
    export ENGAGE_TEST_SERVICES=ready
    exec sh scripts/with-services.sh sh scripts/test.sh "$@"
fi
pytest=.venv/bin/pytest
[ "$#" -gt 0 ] && exec $pytest "$@"
failed=0
$pytest -q -n 2 --dist worksteal --cov --cov-report= || failed=1
if [ -n "$ENGAGE_TEST_POSTGRES" ]; then
    echo "The same with PostgreSQL"
    $pytest -q -n 2 --dist worksteal --engine postgresql --cov --cov-append --cov-report=term \
        --cov-report=html --ignore tests/guards --ignore tests/browser --ignore tests/faults || failed=1
else
    .venv/bin/coverage report
fi
exit $failed
