#!/bin/sh
# Gathers every sentence into translations/messages.pot and brings each language's .po up to date.
# scripts/messages.sh --check FOLDER writes the .pot into FOLDER only, for comparing.
set -eu
cd "$(dirname "$0")/.."
pot=translations/messages.pot
[ "${1:-}" = --check ] && pot=$2/messages.pot
mkdir -p "$(dirname "$pot")"
.venv/bin/pybabel --quiet extract -F babel.cfg --project engage --no-wrap --sort-by-file \
    --add-location=file --ignore-dirs '.*' --add-comments="Translators:" --no-default-keywords \
    -k _ -k gettext -k ngettext:1,2 -k lazy_gettext -k _l -k pgettext:1c,2 -k npgettext:1c,2,3 \
    -o "$pot" engage
# The day it was made would differ every time.
sed -i.old -e '/^"POT-Creation-Date:/d' -e '/^"Generated-By:/d' "$pot" && rm "$pot.old"
[ "${1:-}" = --check ] && exit 0
for po in translations/*/LC_MESSAGES/messages.po; do
    [ -e "$po" ] || continue
    locale=$(basename "$(dirname "$(dirname "$po")")")
    .venv/bin/pybabel --quiet update -i "$pot" -o "$po" -l "$locale" --no-wrap --no-fuzzy-matching \
        --ignore-obsolete --ignore-pot-creation-date
done
