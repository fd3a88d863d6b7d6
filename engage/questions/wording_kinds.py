"""The shapes in which the plan's sentences are kept."""

from dataclasses import dataclass

from engage.i18n import LazyText


@dataclass(frozen=True)
class QuestionWords:
    """The sentences of one question. `ask_adult` is what a carer or worker is asked."""

    title: LazyText
    ask: LazyText
    why: LazyText | None
    hint: LazyText | None = None
    ask_adult: LazyText | None = None


@dataclass(frozen=True)
class PartWords:
    """What one part of a question is called; `adult` as a carer or worker reads it."""

    label: LazyText
    hint: LazyText | None = None
    adult: LazyText | None = None

    def for_voice(self, voice: str | None) -> LazyText:
        """Return what the part is called for this voice."""
        return self.label if voice in (None, "young_person") or not self.adult else self.adult
