"""The words for looking at danger again."""

from engage.danger.rules import NewKind, Thinks
from engage.i18n import lazy_gettext as _

THINKS = {
    Thinks.YES: _("Yes, I think so"),
    Thinks.NO: _("No"),
    Thinks.DONT_KNOW: _("I don't know"),
}
NEWS = {
    NewKind.TRUSTED_FINE: _("%(who)s has heard from them: fine, they say."),
    NewKind.TRUSTED_WORRIED: _("%(who)s has heard from them, and is worried."),
    NewKind.TRUSTED_NO: _("%(who)s has not heard from them."),
    NewKind.ANSWERED: _("%(who)s noted something that matters for their safety."),
    NewKind.HEARD_FROM_THEM: _("They sent something: %(what)s."),
}
