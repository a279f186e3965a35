from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from app.store.records import Change, Checkpoint, in_rounds
from tests.app.store.keeping import checkpoint


@dataclass
class Row:
    """A session as checkpoints change it one after the other, by the words of Checkpoint alone."""

    epoch: int = 1
    document: bytes = b"first"
    state: bytes = b""
    run: int = 0
    pieces: list[bytes] = field(default_factory=list)

    def take(self, change: Change) -> None:
        if change.epoch < self.epoch:
            return
        kept = self.pieces[: change.first] if change.run == self.run else []
        self.pieces = [*kept, *change.pieces]
        self.epoch, self.state, self.run = change.epoch, change.state, change.run
        self.document = self.document if change.document is None else change.document


@st.composite
def rows_of_checkpoints(draw) -> list[Checkpoint]:
    """Checkpoints of two sessions, none of which leaves a hole."""
    rows = {"a": Row(), "b": Row()}
    drawn = []
    for number in range(draw(st.integers(0, 8))):
        id = draw(st.sampled_from("ab"))
        row = rows[id]
        run = row.run + draw(st.integers(0, 1))
        first = draw(st.integers(0, len(row.pieces))) if run == row.run else 0
        blob = b"%d" % number
        epoch = row.epoch + draw(st.sampled_from([-1, 0, 0, 0, 1]))
        document, chunk = draw(st.sampled_from([None, blob])), draw(st.sampled_from([None, blob]))
        drawn.append(Checkpoint(id, epoch, document, blob, run, first, chunk))
        row.take(Change.of(drawn[-1]))
    return drawn


@given(rows_of_checkpoints())
def test_made_into_fewer_they_do_the_same(checkpoints):
    apart, together = {"a": Row(), "b": Row()}, {"a": Row(), "b": Row()}
    for each in checkpoints:
        apart[each.id].take(Change.of(each))
    for changes in in_rounds(checkpoints):
        assert len({change.id for change in changes}) == len(changes)
        for change in changes:
            together[change.id].take(change)
    assert together == apart


def test_a_row_of_checkpoints_becomes_one_and_loses_no_chunk():
    many = [checkpoint(number=number) for number in range(3, 7)]
    [[change]] = in_rounds(many)
    assert (change.first, change.end, change.state) == (3, 7, b"state 6")
    assert change.pieces == (b"chunk 3", b"chunk 4", b"chunk 5", b"chunk 6")


def test_checkpoints_of_different_epochs_stay_apart():
    assert len(in_rounds([checkpoint(number=0, epoch=1), checkpoint(number=1, epoch=2)])) == 2


def test_a_hole_is_not_closed():
    assert len(in_rounds([checkpoint(number=0), checkpoint(number=2)])) == 2
