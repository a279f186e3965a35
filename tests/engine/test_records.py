import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.blocks import CheckpointError, pack_block
from engine.records import MAGIC, Counts, Records, pack_records, unpack_records

LISTS = st.lists(st.fixed_dictionaries({"step": st.integers(0, 99), "loss": st.none() | st.floats(0, 9)}), max_size=5)
COPIES = st.lists(
    st.builds(
        lambda step, fill: {"step": step, "theta": np.full(3, fill, np.float32)}, st.integers(0, 9), st.floats(0, 9)
    )
)


def plain(records: Records) -> tuple:
    path = [(record["step"], record["theta"].tolist()) for record in records.path]
    return records.history, records.distributions, path


@st.composite
def written(draw: st.DrawFn) -> Records:
    return Records(tuple(draw(LISTS)), tuple(draw(LISTS)), tuple(draw(COPIES)))


@given(written(), st.tuples(*[st.integers(0, 5)] * 3))
def test_the_first_and_the_rest_are_the_whole(records: Records, cut: tuple[int, int, int]):
    rest = records.after(Counts(*cut))
    first = Records(records.history[: cut[0]], records.distributions[: cut[1]], records.path[: cut[2]])
    assert plain(first + rest) == plain(records)
    assert unpack_records(pack_records(rest), 3).counts == rest.counts


@given(written())
def test_records_come_back_as_they_were(records: Records):
    assert plain(unpack_records(pack_records(records), 3)) == plain(records)


@pytest.mark.parametrize("history", [[{}], [{"step": -1}], [{"step": True}], [{"step": 2**63}], [{"step": 1.5}]])
def test_a_record_without_a_step_is_refused(history: list):
    with pytest.raises(CheckpointError, match="step"):
        unpack_records(pack_block(MAGIC, {"history": history, "distributions": [], "path": []}, b""), 3)


def test_copies_of_another_size_are_refused():
    records = Records(path=({"step": 0, "theta": np.zeros(3, np.float32)},))
    with pytest.raises(CheckpointError, match="4 parameters"):
        unpack_records(pack_records(records), 4)
