"""Whom every page may name for help."""

from collections.abc import Sequence

from engage.i18n import current_locale
from engage.policy.rules import Pack
from engage.web.layout import Helpline


def helplines(pack: Pack, *, for_adults: bool = False) -> Sequence[Helpline]:
    """Return whom to call or text under a pack, in the language in use.

    Unless they are for carers and workers, the names give nothing away over a shoulder.
    """
    locale = current_locale()
    return [
        Helpline(
            name=line.name_in(locale) if for_adults else line.discreet_name_in(locale),
            phone=line.phone,
            text=line.text,
            note=line.note_in(locale),
        )
        for line in pack.helplines
        if for_adults or not line.adults_only
    ]
