import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.wire.frames import ALIGNMENT, DTYPES, HEADER, Stamp, decode_frame, encode_frame

STAMP = Stamp(7, 3, 2**40, 12)
ARRAYS = arrays.arrays(st.sampled_from(DTYPES), arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=9))


@given(
    st.dictionaries(st.text(max_size=12), ARRAYS, max_size=12),
    st.dictionaries(st.text(max_size=5), st.text(max_size=2000), max_size=4),
)
def test_what_is_encoded_can_be_read_where_it_lies(found, directory):
    directory.pop("arrays", None)
    data = encode_frame(STAMP, directory, found)
    frame = decode_frame(data)
    assert frame.stamp == STAMP
    assert {**frame.directory, "arrays": None} == {**directory, "arrays": None}
    assert frame.arrays.keys() == found.keys()
    for entry in frame.directory["arrays"]:
        assert entry["offset"] % ALIGNMENT == 0
        np.testing.assert_array_equal(frame.arrays[entry["name"]], found[entry["name"]])
    assert len(data) % ALIGNMENT == 0


def test_the_header_is_that_of_the_description():
    data = encode_frame(STAMP, {}, {})
    assert HEADER.size == 32
    assert data[:4] == (0x314E564C).to_bytes(4, "little") == b"LVN1"
    assert int.from_bytes(data[8:12], "little") == 7
    assert int.from_bytes(data[12:16], "little") == 3
    assert np.frombuffer(data[16:32], "<f8").tolist() == [2.0**40, 12.0]


def test_numbers_that_are_not_finite_are_null_in_the_directory_and_themselves_in_arrays():
    frame = decode_frame(encode_frame(STAMP, {"loss": float("inf")}, {"a": np.array([np.nan, 1.0])}))
    assert frame.directory["loss"] is None
    assert np.isnan(frame.arrays["a"][0])


@pytest.mark.parametrize(("given", "sent"), [("<i8", "i4"), ("?", "i4"), ("<u4", "i4"), ("<f2", "f8"), (">f4", "f4")])
def test_other_types_become_one_that_browsers_have(given, sent):
    frame = decode_frame(encode_frame(STAMP, {}, {"a": np.array([0, 1, 1]).astype(given)}))
    assert frame.directory["arrays"][0]["dtype"] == sent
    assert frame.arrays["a"].tolist() == [0, 1, 1]


@pytest.mark.parametrize("data", [b"", b"LVN", b"x" * 32, b"LVN1"])
def test_other_bytes_are_no_frame(data):
    with pytest.raises(ValueError, match="frame"):
        decode_frame(data)
