import numpy as np
import pytest

from engine.calls import BUFFER, EACH, Calculating, Workspace, run, written_out

MAKERS = {"run": run, "written out": lambda calls: written_out(calls)([None])}


def test_the_context_of_calculations_leaves_everything_as_it_was():
    before = np.getbufsize(), np.geterr()
    with Calculating(all="ignore"):
        assert (np.getbufsize(), np.geterr()) == (BUFFER, dict.fromkeys(before[1], "ignore"))
        with pytest.raises(KeyError), Calculating(all="raise"):
            raise KeyError
        assert (np.getbufsize(), np.geterr()) == (BUFFER, dict.fromkeys(before[1], "ignore"))
    assert (np.getbufsize(), np.geterr()) == before


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_calls_are_made_in_turn_on_the_same_buffers(make):
    values = np.array([1.0, 2.0])
    make([(np.add, (values, values, values)), (np.multiply, (values, values, values))])
    np.testing.assert_array_equal(values, [4, 16])


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_arguments_of_any_kind_are_passed_on_as_they_are(make):
    source, out, seen = np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros(2), []
    make([(source.take, (np.array([1]), 1, out.reshape(2, 1), "clip")), (seen.append, (None,)), (seen.append, (7,))])
    assert out.tolist() == [2, 4]
    assert seen == [None, 7]


def test_no_calls_written_out_do_nothing():
    written_out([])([1, 2])


def test_calls_written_out_are_made_for_each_thing():
    values, seen = np.array([1.0]), []
    written_out([(np.add, (values, values, values)), (seen.append, (EACH,))])(["one", "two"])
    assert values.tolist() == [4]
    assert seen == ["one", "two"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_buffer_of_a_workspace_has_its_dtype(dtype):
    workspace = Workspace(dtype)
    buffers = workspace.empty((2, 3)), workspace.like(np.ones((4,))), workspace.full((2,), 0.1), workspace.scalar(3)
    assert {buffer.dtype for buffer in buffers} == {np.dtype(dtype)}
    assert [buffer.shape for buffer in buffers] == [(2, 3), (4,), (2,), ()]


def test_a_scalar_can_be_rewritten_and_is_read_at_the_call():
    workspace, values = Workspace(), np.array([1.0, 2.0])
    factor = workspace.scalar(0)
    calls = [(np.multiply, (values, factor, values))]
    factor[()] = 10
    run(calls)
    np.testing.assert_array_equal(values, [10, 20])


def test_constants_and_scratch_are_the_same_memory_for_the_same_shape():
    workspace = Workspace()
    one = workspace.constant((2, 3), 1.0)
    assert workspace.constant((2, 3), 1.0) is one
    assert workspace.constant((2, 3), 0.0) is not one
    assert workspace.scratch((2, 3)) is workspace.scratch((2, 3))
    assert workspace.scratch((2, 3)) is not one
    np.testing.assert_array_equal(one, np.ones((2, 3)))
