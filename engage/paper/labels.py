"""What stands on every printed plan, said in each of its languages."""

from engage.i18n import lazy_gettext as _

MINE = _("My plan")
THEIRS = _("The plan of %(name)s")
AGREED = _("Agreed by everyone on %(date)s.")
NOT_AGREED = _("Not agreed by everyone yet.")
PRINTED = _("Printed on %(date)s. The plan may have changed since.")
KEPT_SAFE = _("Keep this paper where only people you trust will find it.")
OWN_WORDS = _("What people wrote stands here in their own words.")
DANGER = _("In danger now? Call %(number)s. It is free.")
SOMEONE = _("Someone to talk to")
