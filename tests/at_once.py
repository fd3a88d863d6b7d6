"""Several who do something in the same moment, each in a transaction of their own."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from flask import Flask

from engage.db import db

# A gate that nobody comes through is a mistake: seconds.
PATIENCE = 60


def at_once(
    app: Flask,
    acts: Sequence[Callable[[], object]],
    *,
    refusals: tuple[type[Exception], ...] = (),
) -> list[object]:
    """Return what came of each, in no order: what it returned, or how it was refused. What nobody
    foresaw is raised.
    """
    gate, results, wrong = Barrier(len(acts)), list[object](), list[Exception]()

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait(PATIENCE)
            try:
                done = act()
                db.session.commit()
                results.append(done)
            except refusals as refused:
                db.session.rollback()
                results.append(refused)
            except Exception as unforeseen:  # noqa: BLE001 - in a thread it would only be printed
                db.session.rollback()
                wrong.append(unforeseen)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    if wrong:
        raise wrong[0]
    assert len(results) == len(acts), "somebody is not through yet"
    return results
