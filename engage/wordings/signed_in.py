"""Who is signed in, for the pages on which an organisation words something itself."""

from engage import clock
from engage.people.access import Object, Verb, Viewer, may, require
from engage.people.signin import signed_in_viewer


def wording_viewer(verb: Verb = Verb.READ) -> Viewer:
    """Return who is signed in; raise NotFound where they may not do this with the wording."""
    viewer = signed_in_viewer()
    require(viewer, verb, Object.QUESTIONS, None, now=clock.now())
    return viewer


def may_word(viewer: Viewer) -> bool:
    """Say whether somebody may change the wording."""
    return may(viewer, Verb.EDIT, Object.QUESTIONS, None, now=clock.now())
