"""What a policy pack holds, and what is wrong with one. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from engage.policy.clock_rules import Clock, build_clock, clock_faults
from engage.policy.keeping_rules import Kept, build_keeping, keeping_faults
from engage.policy.notice_rules import Notice, build_notice, notice_faults, together, twice_named
from engage.policy.protect_rules import (
    Protector,
    all_together,
    build_protector,
    protector_faults,
)
from engage.policy.trigger_rules import Trigger, build_triggers, trigger_faults
from engage.policy.word_rules import build_words, word_faults

STEPS = ("check_in", "carer", "out_of_hours", "social_worker", "supervisor")
TOGETHER = ("sos", "not_ok")
TOP = ("title", "extends", "version", "country", "locales", "emergency", "emergency_source")
TABLES = (
    "helplines", "clocks", "notices", "alerts", "words", "keep_days", "staffings", "protectors",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """Something wrong in a pack: what, and where in the file to look."""

    path: str
    problem: str


@dataclass(frozen=True)
class Helpline:
    """Somebody to call or text who is not us. Numbers are written as dialled."""

    # One text for all languages, or one for each; English stands in for a missing one.
    name: str | Mapping[str, str]
    phone: str = ""
    text: str = ""
    note: str | Mapping[str, str] = ""
    # What a page says that somebody else may be looking at; the name itself if not given.
    discreet_name: str | Mapping[str, str] = ""
    # Named to carers and workers only.
    adults_only: bool = False
    source: str = ""
    checked_on: date | None = None

    def name_in(self, locale: str) -> str:
        """Return the name as people of this language know it."""
        return _in(self.name, locale)

    def discreet_name_in(self, locale: str) -> str:
        """Return a name that says nothing to somebody looking on."""
        return _in(self.discreet_name or self.name, locale)

    def note_in(self, locale: str) -> str:
        """Return when and for whom it is, in this language."""
        return _in(self.note, locale)


def _in(words: str | Mapping[str, str], locale: str) -> str:
    return words if isinstance(words, str) else words.get(locale, words["en"])


@dataclass(frozen=True)
class AlertWaits:
    """How long each step of the chain has before the next one is told."""

    waits: Mapping[str, timedelta]
    # Kinds that start with several steps at once, and with which.
    together: Mapping[str, tuple[str, ...]]
    # How often everybody is told again at the end of the chain, until someone has it.
    nag: timedelta
    source: str
    # Kinds that some steps never hear of: a trusted person is no part of what the law asks.
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # How often whoever has an alert is asked how it is now, until it is over.
    remind: timedelta = timedelta(minutes=30)

    def levels(self, kind: str) -> tuple[tuple[str, ...], ...]:
        """Return the steps of the chain, level by level, for this kind of alert."""
        first = self.together.get(kind, ())
        left_out = (*first, *self.never.get(kind, ()))
        rest = tuple((step,) for step in STEPS if step not in left_out)
        return (first, *rest) if first else rest

    def wait(self, steps: tuple[str, ...]) -> timedelta:
        """Return how long these steps have: the shortest of their waits."""
        return min(self.waits[step] for step in steps)


@dataclass(frozen=True)
class Pack:
    """The rules of one place, with those of the wider places it belongs to."""

    name: str
    title: str
    version: date
    country: str
    locales: tuple[str, ...]
    emergency: str
    helplines: tuple[Helpline, ...]
    clocks: tuple[Clock, ...]
    alerts: AlertWaits
    # What people of this place call a carer and others: one, and several.
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    extends: str = ""
    # Who is to be told, one a person and phase: the narrowest place's word on it.
    notices: tuple[Notice, ...] = ()
    # Who must hear when somebody may have been hurt, one each, in the order of calling.
    protectors: tuple[Protector, ...] = ()
    # How long each kind of words is kept.
    keep: Mapping[Kept, timedelta] = field(default_factory=dict)
    # When people sit together about somebody who is missing.
    staffings: tuple[Trigger, ...] = ()

    def rules_for(self, name: str) -> tuple[Clock, ...]:
        """Return every rule that sets this clock, the strictest first."""
        found = [clock for clock in self.clocks if clock.name == name]
        return tuple(sorted(found, key=lambda clock: clock.duration))

    def strictest(self, name: str) -> Clock:
        """Return the rule that wins: the shortest that holds without a condition.

        Raises KeyError for a clock that no rule sets.
        """
        always = [clock for clock in self.rules_for(name) if not clock.only_when]
        if not always:
            raise KeyError(f"{self.name}: no rule sets {name}.")
        return always[0]


def faults(data: Mapping[str, Any], *, is_base: bool) -> list[Fault]:
    """List everything wrong with a pack as read from its file. A base pack extends none."""
    found = [Fault(name, "is not a part of a pack") for name in data if name not in (*TOP, *TABLES)]
    for name in ("title", "version"):
        if name not in data:
            found.append(Fault(name, "is missing"))
    if "version" in data and not isinstance(data["version"], date):
        found.append(Fault("version", "must be a date, like 2026-11-22"))
    if is_base:
        for name in ("country", "locales", "emergency", "emergency_source", "alerts", "helplines"):
            if name not in data:
                found.append(Fault(name, "is missing"))
    for at, line in enumerate(data.get("helplines", [])):
        found += _helpline_faults(line, f"helplines[{at}]")
    for at, clock in enumerate(data.get("clocks", [])):
        found += [Fault(f"clocks[{at}].{key}", problem) for key, problem in clock_faults(clock)]
    found += _notice_faults(data.get("notices", []))
    for at, each in enumerate(data.get("protectors", [])):
        found += [Fault(f"protectors[{at}].{key}", said) for key, said in protector_faults(each)]
    found += [
        Fault(f"keep_days.{k}", said) for k, said in keeping_faults(data.get("keep_days", {}))
    ]
    found += [
        Fault(f"words.{key}".rstrip("."), said) for key, said in word_faults(data.get("words", {}))
    ]
    found += [Fault(f"staffings{p}", said) for p, said in trigger_faults(data.get("staffings", []))]
    found += _alert_faults(data.get("alerts", {}), is_base=is_base)
    return found


def _notice_faults(notices: Any) -> list[Fault]:
    if not isinstance(notices, list) or not all(isinstance(each, Mapping) for each in notices):
        return [Fault("notices", "must be tables, each begun with [[notices]]")]
    found = []
    for at, notice in enumerate(notices):
        found += [Fault(f"notices[{at}].{key}", said) for key, said in notice_faults(notice)]
    for at in twice_named(notices):
        found.append(Fault(f"notices[{at}].to", "is named twice for the same phase"))
    return found


def untimed(data: Mapping[str, Any], pack: "Pack") -> list[Fault]:
    """List the notices of a file whose clock nothing sets, in it or in the wider places."""
    known = {clock.name for clock in pack.clocks}
    return [
        Fault(f"notices[{at}].clock", "is set by no rule of this pack or the wider one")
        for at, notice in enumerate(data.get("notices", []))
        if notice["clock"] not in known
    ]


def _helpline_faults(line: Mapping[str, Any], path: str) -> list[Fault]:
    found = []
    for name in ("name", "source", "checked_on"):
        if not line.get(name):
            found.append(Fault(f"{path}.{name}", "is missing"))
    for name in ("name", "note", "discreet_name"):
        words = line.get(name)
        if isinstance(words, Mapping) and "en" not in words:
            found.append(Fault(f"{path}.{name}", "needs English, which stands in for the others"))
    if not line.get("phone") and not line.get("text"):
        found.append(Fault(f"{path}.name", "needs a phone or a text number"))
    return found


def _alert_faults(alerts: Mapping[str, Any], *, is_base: bool) -> list[Fault]:
    found = []
    waits = alerts.get("wait_minutes", {})
    for step in waits:
        if step not in STEPS:
            found.append(Fault(f"alerts.wait_minutes.{step}", "is not a step of the chain"))
    for step in STEPS:
        minutes = waits.get(step)
        if minutes is None and is_base and alerts:
            found.append(Fault(f"alerts.wait_minutes.{step}", "is missing"))
        elif minutes is not None and (not isinstance(minutes, int) or minutes <= 0):
            found.append(
                Fault(f"alerts.wait_minutes.{step}", "must be a whole number of minutes above 0")
            )
    for name in ("nag_minutes", "remind_minutes"):
        minutes = alerts.get(name, 1)
        if not isinstance(minutes, int) or minutes <= 0:
            found.append(Fault(f"alerts.{name}", "must be a whole number of minutes above 0"))
    for table in ("together", "never"):
        for kind, steps in alerts.get(table, {}).items():
            if not steps or any(step not in STEPS for step in steps):
                found.append(Fault(f"alerts.{table}.{kind}", "must name steps of the chain"))
    for kind, steps in alerts.get("never", {}).items():
        if len(set(steps)) == len(STEPS) or set(steps) & set(
            alerts.get("together", {}).get(kind, ())
        ):
            found.append(Fault(f"alerts.never.{kind}", "must leave somebody to be told"))
    if is_base and alerts:
        for kind in TOGETHER:
            if kind not in alerts.get("together", {}):
                found.append(Fault(f"alerts.together.{kind}", "is missing: danger tells several"))
        for name in ("nag_minutes", "source"):
            if name not in alerts:
                found.append(Fault(f"alerts.{name}", "is missing"))
    return found


def build(name: str, data: Mapping[str, Any], base: Pack | None) -> Pack:
    """Make a pack from data without faults, over the wider pack it extends."""
    clocks = tuple(build_clock(clock, name) for clock in data.get("clocks", []))
    helplines = tuple(Helpline(**line) for line in data.get("helplines", []))
    return Pack(
        name=name,
        title=data["title"],
        version=data["version"],
        country=data.get("country", base.country if base else ""),
        locales=tuple(data.get("locales", base.locales if base else ())),
        emergency=data.get("emergency", base.emergency if base else ""),
        helplines=helplines + (base.helplines if base else ()),
        clocks=clocks + (base.clocks if base else ()),
        alerts=_waits(data.get("alerts", {}), base.alerts if base else None),
        words={**(base.words if base else {}), **build_words(data.get("words", {}))},
        extends=data.get("extends", ""),
        notices=together(
            (build_notice(each, name) for each in data.get("notices", [])),
            base.notices if base else (),
        ),
        protectors=all_together(
            (build_protector(each, name) for each in data.get("protectors", [])),
            base.protectors if base else (),
        ),
        keep=build_keeping(data.get("keep_days", {}), base.keep if base else None),
        staffings=build_triggers(data.get("staffings", []), name, base.staffings if base else ()),
    )


def _waits(data: Mapping[str, Any], base: AlertWaits | None) -> AlertWaits:
    waits = dict(base.waits) if base else {}
    waits |= {s: timedelta(minutes=m) for s, m in data.get("wait_minutes", {}).items()}
    together = dict(base.together) if base else {}
    together |= {kind: tuple(steps) for kind, steps in data.get("together", {}).items()}
    never = dict(base.never) if base else {}
    never |= {kind: tuple(steps) for kind, steps in data.get("never", {}).items()}
    nag = timedelta(minutes=data["nag_minutes"]) if "nag_minutes" in data else None
    return AlertWaits(
        waits=waits,
        together=together,
        nag=nag or (base.nag if base else timedelta(minutes=15)),
        source=data.get("source", base.source if base else ""),
        never=never,
        remind=(
            timedelta(minutes=data["remind_minutes"])
            if "remind_minutes" in data
            else base.remind
            if base
            else timedelta(minutes=30)
        ),
    )
