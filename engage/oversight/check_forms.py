"""What the check of the register accepts."""

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from engage.i18n import lazy_gettext as _
from engage.oversight.check_labels import WHOSE
from engage.oversight.their_list import MOST_BYTES
from engage.web.fields import as_text
from engage.web.forms import Choices, Form, TextArea

MOST_PASTED = 40_000


class CheckForm(Form):
    """Somebody else's list, pasted or as a file, and whose it is."""

    whose = Choices(
        _("Whose list is it?"),
        choices=[(each.value, words) for each, words in WHOSE.items()],
        needed=_("Say whose list it is."),
    )
    pasted = TextArea(
        _("Paste the list here, with its headings"),
        hint=_("Headings: name, date of birth, missing since. Other columns do no harm."),
        limit=MOST_PASTED,
        rows=6,
    )
    sheet = FileField(as_text(_("Or choose the file (CSV)")))

    data_read: bytes = b""

    def read(self) -> bool:
        """Read what was sent: the file if there is one. Says what to fix, and whether it may go
        on; the list itself is read next.
        """
        is_valid = bool(self.validate_on_submit())
        sent = self.sheet.data
        if isinstance(sent, FileStorage) and sent.filename:
            self.data_read = sent.stream.read(MOST_BYTES + 1)
        else:
            self.data_read = (self.pasted.data or "").encode()
        if not self.data_read.strip():
            self.say("pasted", str(_("Paste a list or choose a file.")))
            return False
        return is_valid
