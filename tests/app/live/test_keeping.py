import json
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.live.jobs import Job
from app.live.keeping import DOCUMENT_MAGIC, INTERVAL, Keeper, Stored, revive
from app.live.phases import Phase
from app.live.session import Session
from app.schemas import NEW_SESSION, parse
from app.wire.commands import Watch
from engine.blocks import CheckpointError, seal, unseal
from engine.checkpoint import to_bytes

EXPERIMENT = {"batch_size": 50, "layers": [{"kind": "dense", "units": 3}, {"kind": "dropout"}]}


def begun(**document: Any) -> Session:
    return Session.begin_new("s", parse(NEW_SESSION, json.dumps({"experiment": EXPERIMENT, **document}).encode()))


class Shelf:
    """A store for one session, as simple as can be."""

    def __init__(self) -> None:
        self.run, self.document, self.state, self.pieces = 0, b"", b"", list[bytes]()

    def put(self, keeper: Keeper) -> None:
        kept = keeper.keep()
        if kept.run != self.run:
            self.run, self.pieces = kept.run, []
        self.document = self.document if kept.document is None else kept.document
        self.state = kept.state
        self.pieces[kept.first :] = [] if kept.piece is None else [kept.piece]

    def revived(self) -> tuple[Session, Keeper]:
        return revive("s", Stored(self.run, self.document, self.state, self.pieces), 7)


def assert_same(one: Session, other: Session) -> None:
    assert (one.title, one.version, one.written) == (other.title, other.version, other.written)
    assert (one.phase, one.speed, one.job) == (other.phase, other.speed, other.job)
    assert to_bytes(one.training) == to_bytes(other.training)


ACTIONS = {
    "step": lambda session: session.training.advance(13),
    "reset": lambda session: session.reset(),
    "change": lambda session: session.adopt({"batch_size": 20}),
    "grow": lambda session: session.adopt({"layers": [{"kind": "dense", "units": 4}]}),
    "restart": lambda session: session.adopt({"seed": session.written.seed + 1}),
    "play": lambda session: session.play(30),
    "pause": lambda session: session.pause(),
}


@settings(max_examples=40)
@given(st.lists(st.sampled_from([*ACTIONS, "keep", "move"]), max_size=12))
def test_a_session_goes_on_elsewhere_as_if_nothing_had_happened(actions: list[str]):
    moved, stayed = begun(title="t"), begun(title="t")
    keeper, shelf = Keeper(moved), Shelf()
    shelf.put(keeper)
    for action in actions:
        if action == "keep":
            shelf.put(keeper)
        elif action == "move":
            shelf.put(keeper)
            moved, keeper = shelf.revived()
        else:
            for each in (moved, stayed):
                ACTIONS[action](each)
    shelf.put(keeper)
    assert_same(shelf.revived()[0], stayed)


def test_only_what_is_new_is_kept():
    session = begun()
    keeper = Keeper(session)
    first = keeper.keep()
    assert (first.first, first.document is None, first.piece is None) == (0, False, False)
    assert not keeper.has_news
    session.pause()
    assert keeper.has_news
    again = keeper.keep()
    assert (again.run, again.first, again.document, again.piece) == (0, 1, None, None)
    session.adopt({"batch_size": 5})
    assert keeper.keep().document is not None
    session.reset()
    fresh = keeper.keep()
    assert (fresh.run, fresh.first, fresh.piece is None) == (1, 0, False)


def test_what_is_kept_describes_itself():
    kept = Keeper(begun()).keep()
    assert kept.header == {"run": 0, "first": 0, "lengths": [len(kept.document), len(kept.state), len(kept.piece)]}
    session = begun()
    keeper = Keeper(session)
    keeper.keep()
    assert keeper.keep().header["lengths"][::2] == [None, None]


def test_it_is_not_kept_too_often():
    keeper = Keeper(begun())
    assert keeper.due <= monotonic() + INTERVAL
    keeper.keep()
    assert keeper.due >= monotonic() + INTERVAL / 2


def test_a_job_goes_on_with_what_is_left_of_it():
    session, shelf = begun(), Shelf()
    session.begin(Job(5, steps=40))
    session.job.run(session.training, 30)
    shelf.put(Keeper(session))
    revived, keeper = shelf.revived()
    assert (revived.phase, revived.job) == (Phase.STEPPING, Job(5, steps=10))
    assert not keeper.has_news
    assert revived.work(monotonic() + 60) == Job(5)
    assert revived.training.state.step == 40


def test_frames_go_on_being_counted():
    shelf = Shelf()
    shelf.put(Keeper(begun()))
    session, _ = shelf.revived()
    session.channels.open(1, Watch(()))
    assert [sequence for _, sequence, _ in session.channels.frames(session, monotonic())] == [8]


@pytest.mark.parametrize("spoil", [bytes.swapcase, lambda state: state[:-1], lambda state: b""])
def test_a_state_that_cannot_be_read_begins_again(spoil, caplog: pytest.LogCaptureFixture):
    session, shelf = begun(title="mine"), Shelf()
    session.training.advance(30)
    keeper = Keeper(session)
    shelf.put(keeper)
    shelf.state = spoil(shelf.state)
    revived, again = shelf.revived()
    assert (revived.title, revived.training.state.step, revived.phase) == ("mine", 0, Phase.PAUSED)
    assert "begins again" in caplog.text
    assert again.keep()[:2] == (1, 0)


def test_of_a_document_that_was_damaged_nothing_is_believed():
    shelf = Shelf()
    shelf.put(Keeper(begun(title="mine")))
    shelf.document = shelf.document.replace(b"mine", b"mene")
    with pytest.raises(CheckpointError, match="changed"):
        shelf.revived()


def test_a_document_of_things_that_are_not_known_is_refused():
    shelf = Shelf()
    shelf.put(Keeper(begun()))
    shelf.document = seal(DOCUMENT_MAGIC, unseal(DOCUMENT_MAGIC, shelf.document).replace(b'"dropout"', b'"dripout"'))
    with pytest.raises(CheckpointError, match="refused"):
        shelf.revived()
