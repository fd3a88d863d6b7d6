"""What the phones' owners are called."""

from engage.i18n import lazy_gettext as _
from engage.people.models import PersonKind

KINDS = {
    PersonKind.YOUNG_PERSON: _("Young person"),
    PersonKind.CARER: _("Carer"),
    PersonKind.TRUSTED_PERSON: _("Trusted person"),
    PersonKind.WORKER: _("Member of staff"),
}
