"""What is thought over after a time away. Plain Python.

Source: MISSION C57 (reflective supervision: what did I assume, what did they say about us, would I
have done the same for another child, what will I change); SAFETY 5, O14. The wording is ours.
"""

from collections.abc import Mapping

# In the order in which they are asked. Never renamed: answers are kept under these names.
QUESTIONS = ("assumed", "they_said", "for_another", "will_change")
LONGEST = 4000


def kept(answers: Mapping[str, str | None]) -> dict[str, str]:
    """Return the answers to the questions there are, without those left empty."""
    return {
        name: text for name in QUESTIONS if (text := (answers.get(name) or "").strip()[:LONGEST])
    }


def is_empty(answers: Mapping[str, str | None]) -> bool:
    """Say whether nothing at all was written."""
    return not kept(answers)
