"""What the pages of a talk accept."""

from engage.episodes.forms import WhenForm
from engage.i18n import lazy_gettext as _
from engage.questions.rules import WORD_LIMITS
from engage.talks.labels import AUDIENCES
from engage.talks.rules import LONGEST_WORDS
from engage.talks.wording import PICK_ONE, WRITE_IT
from engage.web.forms import Form, Key, ManyChoices, TextArea, TextField


class AnswerForm(Form):
    """What was said to one question. Empty is fine: it was passed over."""

    words = TextArea(_("What they said, in their words"), limit=LONGEST_WORDS, rows=6)
    key = Key()


class CorrectForm(Form):
    """What they put right."""

    words = TextArea(_("What should it say instead?"), limit=LONGEST_WORDS, rows=4, needed=WRITE_IT)
    key = Key()


class ShareForm(Form):
    """With whom one line is shared. Nothing is ticked beforehand."""

    audiences = ManyChoices(
        _("Who may know this?"), choices=list(AUDIENCES.items()), needed=PICK_ONE
    )


class ApartForm(WhenForm):
    """What was told elsewhere, by whom and when."""

    told_by = TextField(_("Who said so, or who asked?"), limit=120)
    words = TextArea(_("What was said?"), limit=LONGEST_WORDS, rows=5, needed=WRITE_IT)


class CommentForm(Form):
    """What somebody asks or answers about a record."""

    comment = TextArea(_("Ask or answer something"), limit=1000, rows=3, needed=WRITE_IT)


class QuestionWordsForm(Form):
    """The words of one question in one language."""

    ask = TextArea(
        _("The question"), hint=_("Leave it empty to use ours."), limit=WORD_LIMITS["ask"], rows=3
    )
    cue = TextArea(
        _("How to ask it, for whoever asks"), hint=_("Leave it empty to use ours."),
        limit=WORD_LIMITS["hint"], rows=3,
    )  # fmt: skip
