#!/bin/sh
# Runs the tests: all of them on SQLite, then on PostgreSQL those that open the database it chooses
# (tests/turns.py). Three workers for two cores: one often waits for a page, a process or a disk
# (decision 156). Waiting in vain gets a second go, which is printed (decision 130); the few tests
# that fail all the same are asked again alone (158). With arguments, runs pytest with these alone.
set -u
cd "$(dirname "$0")/.."
if [ -z "${ENGAGE_TEST_SERVICES:-}" ]; then
    export ENGAGE_TEST_SERVICES=ready
    exec sh scripts/with-services.sh sh scripts/test.sh "$@"
fi
# Every process that a test starts would compile all of the app again.
unset PYTHONDONTWRITEBYTECODE
pytest=.venv/bin/pytest
[ "$#" -gt 0 ] && exec $pytest "$@"
all="$pytest -q -n 3 --dist loadfile --reruns 1 --durations=25"
failed=0
whole() {
    rm -f .cache/pytest/v/cache/lastfailed
    $all "$@"
    code=$?
    # 1 says that tests failed; anything higher, that the run itself broke.
    [ "$code" = 1 ] && .venv/bin/python scripts/again.py "$@" && code=0
    [ "$code" = 0 ] || failed=1
}
whole
if [ -n "$ENGAGE_TEST_POSTGRES" ]; then
    echo "The same with PostgreSQL"
    whole --engine postgresql
fi
exit $failed
