"""The prompts: which there are, what an answer does, and which comes next. Plain Python."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from engage.questions.rules import WordProblem, word_problem


class PromptKind(StrEnum):
    """How a prompt is answered. "Don't know" is always among the answers."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    TICKS = "ticks"
    WORDS = "words"
    TIME = "time"
    # These show something and note what was done with it.
    PLAN = "plan"
    TEXTED = "texted"
    PEOPLE = "people"
    WAIT = "wait"


class Effect(StrEnum):
    """What an answer does besides being kept."""

    DANGER = "danger"
    REPORT = "report"
    HEALTH = "fact:health_need"
    EXPLOITATION = "fact:exploitation"
    MADE_TO_GO = "made_to_go"
    DIFFERENT = "different"
    USUAL = "usual"
    NEEDS = "needs"
    KNOWN_SAFE = "known_safe"
    CALL_ME = "call_me"


DONT_KNOW = "dont_know"
SKIPPED = "skipped"
YES, NO = "yes", "no"
ALWAYS = frozenset({DONT_KNOW, SKIPPED})
OPTIONS: Mapping[PromptKind, tuple[str, ...]] = {
    PromptKind.YES_NO: (YES, NO),
    PromptKind.TEXTED: (YES, NO),
    PromptKind.PLAN: ("tried", "not_yet"),
    PromptKind.PEOPLE: ("tried", "not_yet"),
}
WORDS_LIMIT = 500
# Effects that only our own gates may have: an organisation cannot take danger out of the flow.
GATE_EFFECTS = frozenset({Effect.DANGER})


@dataclass(frozen=True)
class Prompt:
    """One question to somebody who is worried."""

    id: str
    kind: PromptKind
    # Which answer does what.
    effects: Mapping[str, tuple[Effect, ...]] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    # Asked of everybody, always, and first: may be reworded, never taken out or moved.
    is_gate: bool = False
    source: str = ""
    # Set for an organisation's own prompt: its words by language, English at least.
    own_words: Mapping[str, str] = field(default_factory=dict)
    # Only about this young person (its id as text); empty: about everybody.
    about: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        """The answers to press, without "don't know" and "skip"."""
        return self.choices or OPTIONS.get(self.kind, ())

    def accepts(self, answer: str) -> bool:
        """Say whether this is one of the answers to press."""
        return answer in ALWAYS or answer in self.options or self.kind in (
            PromptKind.WORDS, PromptKind.TIME, PromptKind.TICKS, PromptKind.WAIT,
        )  # fmt: skip


@dataclass(frozen=True)
class PromptSet:
    """The prompts of one version, in order, gates first."""

    version: str
    prompts: tuple[Prompt, ...]
    tested_with: str = ""
    tested_on: str = ""

    def get(self, prompt_id: str) -> Prompt | None:
        """Return a prompt by its id."""
        return next((each for each in self.prompts if each.id == prompt_id), None)

    def with_own(self, own: Collection[Prompt]) -> "PromptSet":
        """Return the set with prompts about one young person: after the gates, before the rest,
        and without any power over the gates.
        """
        gates = tuple(p for p in self.prompts if p.is_gate)
        others = tuple(p for p in self.prompts if not p.is_gate)
        added = tuple(replace(p, is_gate=False, effects=_harmless(p.effects)) for p in own)
        return replace(self, prompts=(*gates, *added, *others))

    def about(self, young_person_id: str) -> "PromptSet":
        """Return the set as it is asked about one young person."""
        kept = tuple(p for p in self.prompts if p.about in ("", young_person_id))
        return replace(self, prompts=kept)


class BadAnswer(ValueError):
    """An answer that this prompt does not take."""


def checked(prompt: Prompt, value: str) -> str:
    """Return an answer as it is kept. Raises BadAnswer when this prompt does not take it."""
    value = value.strip()
    if value in (DONT_KNOW, SKIPPED):
        return value
    match prompt.kind:
        case PromptKind.WORDS:
            return value[:WORDS_LIMIT] or SKIPPED
        case PromptKind.TIME:
            try:
                at = datetime.fromisoformat(value)
            except ValueError:
                raise BadAnswer(prompt.id) from None
            if at.tzinfo is None:
                raise BadAnswer(prompt.id)
            return at.isoformat()
        case PromptKind.TICKS:
            ticked = [each for each in value.split(",") if each]
            if not set(ticked) <= set(prompt.options):
                raise BadAnswer(prompt.id)
            return ",".join(ticked) or "none"
    if not prompt.accepts(value) or (prompt.options and value not in prompt.options):
        raise BadAnswer(prompt.id)
    return value


def effects_of(prompts: PromptSet, answers: Mapping[str, str]) -> set[Effect]:
    """Return everything that these answers do."""
    found: set[Effect] = set()
    for prompt in prompts.prompts:
        for value in answers.get(prompt.id, "").split(","):
            found.update(prompt.effects.get(value, ()))
    return found


def is_danger(prompts: PromptSet, answers: Mapping[str, str]) -> bool:
    """Say whether any answer means danger: the next screen is then the one to call from."""
    return Effect.DANGER in effects_of(prompts, answers)


# Answers that tell something new about their safety, danger apart: it is looked at again.
_FACTS = frozenset({Effect.HEALTH, Effect.EXPLOITATION, Effect.MADE_TO_GO})


def brings_fact(prompt: Prompt, value: str) -> bool:
    """Say whether an answer tells something new about their safety, danger apart."""
    return any(_FACTS & set(prompt.effects.get(said, ())) for said in value.split(","))


def next_prompt(
    prompts: PromptSet, answers: Collection[str], after: str | None = None
) -> Prompt | None:
    """Return the prompt to show: the first unanswered gate, else the first unanswered prompt
    after this one, else the first unanswered of all; None when all are answered.
    """
    for prompt in prompts.prompts:
        if prompt.is_gate and prompt.id not in answers:
            return prompt
    order = [each.id for each in prompts.prompts]
    start = order.index(after) + 1 if after in order else 0
    for prompt in (*prompts.prompts[start:], *prompts.prompts[:start]):
        if prompt.id not in answers:
            return prompt
    return None


def previous_prompt(prompts: PromptSet, before: str) -> Prompt | None:
    """Return the prompt before this one, answered or not; None before the first."""
    order = [each.id for each in prompts.prompts]
    at = order.index(before) if before in order else 0
    return prompts.prompts[at - 1] if at > 0 else None


@dataclass(frozen=True)
class Edits:
    """What an organisation changed in our set."""

    hidden: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    # (prompt id, language) -> its words instead of ours.
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    own: tuple[Prompt, ...] = ()


class EditFault(StrEnum):
    """What is wrong with an organisation's own set."""

    GATE_HIDDEN = "gate_hidden"
    NO_ENGLISH = "no_english"
    TOO_LONG = "too_long"
    BLAME = "blame"
    LONG_SENTENCE = "long_sentence"
    UNKNOWN = "unknown"
    NO_CHOICES = "no_choices"


ASK_LIMIT = 160


def apply(base: PromptSet, edits: Edits, version: str) -> PromptSet:
    """Return our set with an organisation's changes: every gate stays, and stays first."""
    gates = [p for p in base.prompts if p.is_gate]
    others = [p for p in base.prompts if not p.is_gate and p.id not in edits.hidden]
    others += [replace(p, is_gate=False, effects=_harmless(p.effects)) for p in edits.own]
    place = {name: at for at, name in enumerate(edits.order)}
    others.sort(key=lambda prompt: place.get(prompt.id, len(place)))
    worded = [_reworded(prompt, edits.words) for prompt in (*gates, *others)]
    return PromptSet(version, tuple(worded))


def edit_faults(base: PromptSet, edits: Edits) -> list[tuple[str, EditFault]]:
    """List what is wrong with changes: (prompt id, fault)."""
    found = []
    known = {prompt.id for prompt in base.prompts}
    for prompt in base.prompts:
        if prompt.is_gate and prompt.id in edits.hidden:
            found.append((prompt.id, EditFault.GATE_HIDDEN))
    for prompt_id, _locale in edits.words:
        if prompt_id not in known:
            found.append((prompt_id, EditFault.UNKNOWN))
    for prompt in edits.own:
        if not prompt.own_words.get("en", "").strip():
            found.append((prompt.id, EditFault.NO_ENGLISH))
        if prompt.kind is PromptKind.CHOICE and len(prompt.choices) < 2:
            found.append((prompt.id, EditFault.NO_CHOICES))
    said = [(prompt_id, words) for (prompt_id, _), words in edits.words.items()]
    said += [(prompt.id, words) for prompt in edits.own for words in prompt.own_words.values()]
    for prompt_id, words in said:
        if len(words) > ASK_LIMIT:
            found.append((prompt_id, EditFault.TOO_LONG))
        problem = word_problem(words)
        if problem is WordProblem.LABEL:
            found.append((prompt_id, EditFault.BLAME))
        elif problem is not None:
            found.append((prompt_id, EditFault.LONG_SENTENCE))
    return found


def _harmless(effects: Mapping[str, tuple[Effect, ...]]) -> dict[str, tuple[Effect, ...]]:
    return {
        answer: tuple(each for each in done if each not in GATE_EFFECTS)
        for answer, done in effects.items()
    }


def _reworded(prompt: Prompt, words: Mapping[tuple[str, str], str]) -> Prompt:
    mine = {locale: said for (name, locale), said in words.items() if name == prompt.id}
    return replace(prompt, own_words={**prompt.own_words, **mine}) if mine else prompt
