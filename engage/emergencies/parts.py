"""The parts of a record that can be opened one by one, and what protects each."""

from engage.people.table import Object
from engage.questions.shipped import question_set

# Kinds of questions to which somebody wrote an answer.
WRITTEN = ("text", "parts")
OTHER_PARTS = {
    "trusted_people": Object.TRUSTED_PEOPLE,
    "check_in_words": Object.CHECK_IN_WORDS,
    "phone": Object.PHONE,
    "texts": Object.MESSAGE_LOG,
}


def parts() -> dict[str, Object]:
    """Return every part that can be opened by itself, and the object that protects it."""
    written = [q.id for q in question_set().questions if q.kind in WRITTEN]
    return {**dict.fromkeys(written, Object.PLAN_PRIVATE), **OTHER_PARTS}
