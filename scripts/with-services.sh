#!/bin/sh
# scripts/with-services.sh COMMAND...: runs it with what the tests need, and says what is missing.
#   ENGAGE_TEST_POSTGRES  a server where the tests may make databases (SQLAlchemy address)
#   ENGAGE_TEST_REDIS     a Redis database where they may write keys
#   ENGAGE_TEST_CHROMIUM  the browser
# What they name, or what already runs on this machine, is used if it answers; else private
# servers are started for this command alone. As root (or with CI=true and sudo) Debian's packages
# are installed first. A missing part is left unset, so its tests are skipped; with CI=true it fails.
set -eu
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python
private=
missing=

stop_services() {
    status=$?
    trap - EXIT INT TERM
    [ -n "${redis_pid:-}" ] && kill "$redis_pid" 2>/dev/null
    [ -n "${postgres_data:-}" ] && as_postgres "$pg_bin/pg_ctl" -D "$postgres_data" -m immediate -s stop
    [ -n "$private" ] && rm -rf "$private"
    exit "$status"
}
trap stop_services EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

private_folder() {
    [ -n "$private" ] || { private=$(mktemp -d) && chmod 711 "$private"; }
}
free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
postgres_answers() {
    "$python" -c 'import psycopg, sys; psycopg.connect(sys.argv[1].replace("+psycopg", ""), connect_timeout=3)' \
        "$1" 2>/dev/null
}
redis_answers() {
    "$python" -c 'import redis, sys; redis.Redis.from_url(sys.argv[1], socket_timeout=3).ping()' "$1" 2>/dev/null
}
find_postgres_programs() {
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) "$(dirname "$(command -v initdb || echo /none)")"; do
        [ -x "$folder/initdb" ] && { pg_bin=$folder; return 0; }
    done
    return 1
}
find_chromium() {  # its headless shell draws no window: a page costs it half (decision 170)
    for browser in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        command -v "$browser" && return 0
    done
    return 1
}
has_pango() {
    "$python" -c 'import ctypes.util as u, sys; sys.exit(not (u.find_library("pango-1.0") and u.find_library("pangoft2-1.0")))'
}
as_postgres() {  # PostgreSQL refuses to run as root
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}
become_root() {
    if [ "$(id -u)" = 0 ]; then echo env
    elif [ "${CI:-}" = true ] && sudo -n true 2>/dev/null; then echo "sudo -n env"
    else return 1; fi
}

: "${ENGAGE_TEST_POSTGRES:=postgresql+psycopg://postgres@127.0.0.1:5432/postgres}"
: "${ENGAGE_TEST_REDIS:=redis://127.0.0.1:6379/15}"
[ -n "${ENGAGE_TEST_CHROMIUM:-}" ] || ENGAGE_TEST_CHROMIUM=$(find_chromium || true)
needs_postgres=true needs_redis=true packages=
postgres_answers "$ENGAGE_TEST_POSTGRES" && needs_postgres=false
redis_answers "$ENGAGE_TEST_REDIS" && needs_redis=false
$needs_postgres && ! find_postgres_programs && packages="$packages postgresql"
$needs_redis && ! command -v redis-server >/dev/null && packages="$packages redis-server"
[ -n "$ENGAGE_TEST_CHROMIUM" ] || packages="$packages chromium-headless-shell"
command -v zbarimg >/dev/null || packages="$packages zbar-tools"  # reads the QR code of a card
command -v pdftoppm >/dev/null || packages="$packages poppler-utils"  # draws what was printed
has_pango || packages="$packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"  # PDFs

if [ -n "$packages" ] && command -v apt-get >/dev/null && root=$(become_root); then
    $root apt-get update -qq >/dev/null || true
    # Where the headless shell is no package of its own, Chromium has it.
    apt-cache show chromium-headless-shell >/dev/null 2>&1 \
        || packages=$(echo "$packages" | sed 's/chromium-headless-shell/chromium/')
    echo "Installing for the tests:$packages"
    $root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages \
        >/dev/null || echo "apt-get could not install them." >&2
    [ -n "$ENGAGE_TEST_CHROMIUM" ] || ENGAGE_TEST_CHROMIUM=$(find_chromium || true)
fi

if $needs_postgres; then
    if find_postgres_programs; then
        private_folder
        data=$private/postgres port=$(free_port)
        mkdir "$data" && [ "$(id -u)" != 0 ] || chown postgres "$data"
        as_postgres "$pg_bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --no-locale >/dev/null
        as_postgres "$pg_bin/pg_ctl" -D "$data" -w -s -l "$data/log" \
            -o "-c listen_addresses=127.0.0.1 -p $port -k $data -c fsync=off" start
        postgres_data=$data
        ENGAGE_TEST_POSTGRES=postgresql+psycopg://postgres@127.0.0.1:$port/postgres
    else
        ENGAGE_TEST_POSTGRES= missing="$missing postgresql"
    fi
fi
if $needs_redis; then
    if command -v redis-server >/dev/null; then
        private_folder
        port=$(free_port)
        redis-server --bind 127.0.0.1 --port "$port" --save '' --dir "$private" >/dev/null &
        redis_pid=$!
        ENGAGE_TEST_REDIS=redis://127.0.0.1:$port/15
        for _ in 1 2 3 4 5 6 7 8 9 10; do redis_answers "$ENGAGE_TEST_REDIS" && break; sleep 0.2; done
    else
        ENGAGE_TEST_REDIS= missing="$missing redis-server"
    fi
fi
[ -n "$ENGAGE_TEST_CHROMIUM" ] || missing="$missing chromium"
command -v zbarimg >/dev/null || missing="$missing zbar-tools"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
has_pango || missing="$missing libpango-1.0-0 libpangoft2-1.0-0"

if [ -n "$missing" ]; then
    echo "Not found here:$missing. To run every test: apt-get install$missing" >&2
    [ "${CI:-}" = true ] && exit 1
    echo "The tests that need them are skipped." >&2
fi
export ENGAGE_TEST_POSTGRES ENGAGE_TEST_REDIS ENGAGE_TEST_CHROMIUM
"$@"
