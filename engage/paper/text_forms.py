"""The form for the text with one's own people and places."""

from engage.i18n import lazy_gettext as _
from engage.paper.text_rules import PLACES_LIMIT, SHORT_LIMIT
from engage.web.forms import Form, Key, TextField, Tick


class TextCopyForm(Form):
    """What is to stand in the text. The people are added for each plan."""

    places = TextField(
        _("Places, if you like"),
        hint=_("For example: library till 8. Leave it out if someone could look for you there."),
        limit=PLACES_LIMIT,
    )
    read = Tick(
        _("I have read the text. Whoever holds my phone could read it too, and I want it."),
    )
    key = Key()


def form_for(people: int) -> type[TextCopyForm]:
    """Return the form with room for so many people."""
    fields: dict[str, object] = {}
    for number in range(1, people + 1):
        fields[f"short_{number}"] = TextField(
            _("A letter or a nickname"), hint=_("Empty leaves them out."), limit=SHORT_LIMIT
        )
        fields[f"number_{number}"] = Tick(_("Put the phone number beside it"))
    return type("PeopleTextForm", (TextCopyForm,), fields)
