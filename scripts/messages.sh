#!/bin/sh
# Gathers every sentence into translations/messages.pot and brings each language's .po up to date.
# scripts/messages.sh --check FOLDER writes the .pot into FOLDER only, for comparing.
set -eu
cd "$(dirname "$0")/.."
pot=translations/messages.pot
[ "${1:-}" = --check ] && pot=$2/messages.pot
mkdir -p "$(dirname "$pot")"
# A file that cannot be read must not leave half a template, which would empty every language.
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
.venv/bin/pybabel --quiet extract -F babel.cfg --project engage --no-wrap --sort-by-file \
    --add-location=file --ignore-dirs '.*' --add-comments="Translators:" --no-default-keywords \
    -k _ -k gettext -k ngettext:1,2 -k lazy_gettext -k _l -k pgettext:1c,2 -k npgettext:1c,2,3 \
    -o "$fresh" engage
# The day it was made would differ every time.
sed -e '/^"POT-Creation-Date:/d' -e '/^"Generated-By:/d' "$fresh" > "$pot"
[ "${1:-}" = --check ] && exit 0
for po in translations/*/LC_MESSAGES/messages.po; do
    [ -e "$po" ] || continue
    .venv/bin/python scripts/translate.py "$(basename "$(dirname "$(dirname "$po")")")" > /dev/null
done
