import pytest

from app.problems import Problem
from app.schemas import INPUTS, NEW_SESSION, PARAMETERS, PLAY, STEP, Inputs, NewSession, Play, Step, parse, parse_object
from engine.experiment import Experiment


def test_everything_may_be_left_out_of_a_new_session():
    assert parse(NEW_SESSION, b"{}") == NewSession(Experiment(), "")


def test_whole_numbers_may_stand_for_real_ones_but_not_the_other_way_round():
    assert parse(PLAY, b'{"steps_per_second": 2}') == Play(2.0)
    assert parse(INPUTS, b'{"inputs": [[1, 2.5]]}') == Inputs([[1.0, 2.5]])
    with pytest.raises(Problem):
        parse(STEP, b'{"steps": 2.0}')


def test_null_means_left_out():
    assert parse(STEP, b'{"steps": 3, "epochs": null}') == Step(3)
    assert parse(PLAY, b'{"steps_per_second": null}') == Play()


@pytest.mark.parametrize(
    ("adapter", "text", "field"),
    [
        (PLAY, b'{"steps_per_second": 0}', "steps_per_second"),
        (PLAY, b'{"steps_per_second": 1e7}', "steps_per_second"),
        (PLAY, b'{"speed": 1}', "speed"),
        (STEP, b'{"steps": -1}', "steps"),
        (INPUTS, b"{}", "inputs"),
        (INPUTS, b'{"inputs": [["1"]]}', "inputs.0.0"),
        (PARAMETERS, b'{"layers": [{"parameters": {}}]}', "layers.0.name"),
        (NEW_SESSION, b'{"title": 5}', "title"),
        (NEW_SESSION, b'{"experiment": {"batch_size": 0}}', "experiment.batch_size"),
    ],
)
def test_what_is_wrong_is_named(adapter, text, field):
    with pytest.raises(Problem) as refused:
        parse(adapter, text)
    assert refused.value.errors[0]["field"] == field


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"{", b'{"a": NaN}', b"\xff"])
def test_a_patch_must_be_an_object(text):
    with pytest.raises(Problem) as refused:
        parse_object(text, "experiment")
    assert refused.value.errors[0]["field"] == "experiment"
