"""What the record already says about the questions before a staffing: read, never kept twice."""

from datetime import datetime

from engage.efforts import labels as efforts
from engage.efforts.queries import get_goings
from engage.episodes import labels as episodes
from engage.episodes.models import Episode
from engage.episodes.reading import known_times, names_of
from engage.episodes.rules import EpisodeState, Event
from engage.i18n import gettext as _
from engage.people.access import Object, Verb, Viewer, may
from engage.staffings.rules import Ask
from engage.web.when import local_words

MOST = 6
PATTERN = "EEE d MMM HH:mm"


def from_record(viewer: Viewer, episode: Episode, *, zone: str, now: datetime) -> dict[Ask, str]:
    """Return lines for the questions that the record answers, as far as the viewer may know."""
    found = {Ask.KNOWN: [str(episodes.STATES[EpisodeState(episode.state)])]}
    times = known_times(episode.id)
    for event in (Event.DISCOVERED, Event.DETERMINED_MISSING):
        if event in times:
            at = local_words(times[event].at, PATTERN, zone)
            found[Ask.KNOWN].append(f"{episodes.EVENTS[event]}: {at}")
    if Event.LAST_CONTACT in times:
        last = times[Event.LAST_CONTACT]
        by = names_of([last.by_id]).get(last.by_id, "")
        found[Ask.LAST_SPOKE] = [
            f"{local_words(last.at, PATTERN, zone)} ({episodes.SOURCES[last.source]}) {by}".strip()
        ]
    if may(viewer, Verb.READ, Object.EFFORTS, episode.young_person_id, now=now):
        found |= _goings(viewer, episode, zone, now)
    return {ask: "\n".join(lines) for ask, lines in found.items() if lines}


def _goings(viewer: Viewer, episode: Episode, zone: str, now: datetime) -> dict[Ask, list[str]]:
    goings = get_goings(viewer, episode.id, now=now)
    tried = [
        (made.at, f"{efforts.WHOM[line.effort.whom]}: {efforts.RESULTS[made.result]}", made.note)
        for line in goings.efforts
        for made in line.made
    ]
    tried.sort(key=lambda each: each[0], reverse=True)
    open_needs = [
        f"{efforts.NEEDS[need.kind]}: {efforts.NEED_STATES[need.state]}"
        for need in goings.needs.values()
    ]
    looking = len([each for each in goings.searchers if each.state == "yes"])
    lines = [
        f"{local_words(at, PATTERN, zone)} {words}" + (f" ({note})" if note else "")
        for at, words, note in tried[:MOST]
    ]
    if looking:
        lines.append(_("People who look or keep a door open: %(number)s", number=looking))
    return {Ask.TRIED: lines, Ask.READY: open_needs}
