"""A flood of sign-ins takes two cores' worth of hashing at most, and nobody is let in by it."""

import threading
import time

import pytest
from flask_security import hash_password
from flask_security.utils import verify_password

from engage.people.staff import TwoAtOnce
from engage.web.errors import NotStored
from tests.waiting import PATIENCE


class Slow:
    """Hashes slowly and counts how many do so at once."""

    schemes = "kept"

    def __init__(self, enough=2):
        self.now = self.most = 0
        self.lock = threading.Lock()
        # Nobody is done before so many hash at once.
        self.all_in = threading.Event()
        self.enough = enough

    def hash(self, secret, **_more):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            if self.now >= self.enough:
                self.all_in.set()
        self.all_in.wait(PATIENCE)
        time.sleep(0.02)
        with self.lock:
            self.now -= 1
        if secret == "broken":
            raise ValueError(secret)
        return secret[::-1]

    def verify(self, secret, hashed):
        return self.hash(secret) == hashed


def at_once(count, act):
    threads = [threading.Thread(target=act) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_never_more_than_two_hash_at_once():
    slow = Slow()
    turns = TwoAtOnce(slow)
    at_once(8, lambda: (turns.hash("abc"), turns.verify("abc", "cba")))
    assert slow.most == 2


def test_a_hash_that_fails_gives_its_place_back():
    turns = TwoAtOnce(Slow(enough=1))
    for _ in range(5):
        with pytest.raises(ValueError, match="broken"):
            turns.hash("broken")
    assert turns.hash("abc") == "cba"


def test_who_waits_too_long_is_told_to_try_again(monkeypatch):
    monkeypatch.setattr(TwoAtOnce, "PATIENCE", 0.01)
    slow = Slow(enough=3)  # which never come in: the two wait to be let go
    turns = TwoAtOnce(slow)
    refused = []

    def sign_in():
        try:
            turns.hash("abc")
        except NotStored:
            refused.append(1)
            if len(refused) == 2:
                slow.all_in.set()

    at_once(4, sign_in)
    assert len(refused) == 2 and slow.most == 2


def test_everything_else_of_the_context_stays():
    assert TwoAtOnce(Slow()).schemes == "kept"


def test_the_apps_own_hashing_goes_through_it(app):
    context = app.extensions["security"].pwd_context
    assert isinstance(context, TwoAtOnce)
    with app.app_context():
        hashed = hash_password("four words nobody guesses")
        assert verify_password("four words nobody guesses", hashed)
        assert not verify_password("four words somebody guesses", hashed)
