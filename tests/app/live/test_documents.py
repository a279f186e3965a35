import json

import pytest

from app.live.documents import data_document, json_text, missed_records, notes, probe_document, session_document
from app.live.session import Session
from app.schemas import NEW_SESSION
from engine.datasets import datasets
from engine.probes import probes


def make(**experiment):
    return Session.begin_new("s", NEW_SESSION.validate_json(json.dumps({"experiment": experiment})))


@pytest.mark.parametrize("kind", datasets.kinds)
def test_notes_say_what_a_picture_needs(kind):
    session = make(data={"dataset": {"kind": kind}})
    said, data = notes(session.training), session.training.data
    assert (said["task"], said["classes"]) == (data.task, data.classes)
    assert (said["target_values"] is not None) is (data.task == "binary")
    assert [layer["name"] for layer in said["layers"]] == ["dense_1", "dense_2", "output"]
    assert [layer["units"] for layer in said["layers"]] == [4, 2, data.output_units]
    assert [layer["inputs"] for layer in said["layers"]] == [len(data.feature_names), 4, 2]


def test_notes_say_why_nothing_moves():
    step = {"kind": "dense", "units": 3, "activation": {"kind": "step"}}
    assert "dense_1 cannot learn, only output can" in notes(make(layers=[step]).training)["standstill"]
    assert notes(make().training)["standstill"] is None


def test_hinge_and_tanh_call_the_classes_minus_one_and_one():
    assert notes(make(loss={"kind": "hinge"}).training)["target_values"] == (-1.0, 1.0)
    assert notes(make().training)["target_values"] == (0.0, 1.0)


def test_the_complete_experiment_makes_the_same_session_again():
    first = session_document(make(data={"dataset": {"kind": "spiral"}}, layers=[{"kind": "dropout"}]))
    assert session_document(make(**first["experiment"])) == first


def test_layers_without_an_activation_say_so():
    assert notes(make(layers=[{"kind": "dropout"}]).training)["layers"][0]["activation"] is None


def test_of_several_classes_a_prediction_has_one_number_each():
    document = data_document(make(data={"dataset": {"kind": "inline", "inputs": [[0, 1], [1, 0], [1, 1]],
                                                    "targets": [0, 1, 2], "task": "multiclass"}}).training)  # fmt: skip
    assert [len(example["prediction"]) for example in document["examples"]] == [3, 3, 3]
    assert [example["target"] for example in document["examples"]] == [0, 1, 2]


def test_numbers_that_are_not_finite_become_null():
    assert json_text({"loss": float("inf"), "values": [float("nan"), 1.0]}) == b'{"loss":null,"values":[null,1.0]}'


def test_a_measurement_is_written_as_nested_lists():
    session, probe = make(), probes["weights"]()
    document = probe_document(session, probe, probe.measure(session.training))
    assert json.loads(json_text(document))["arrays"]["output.bias"] == [0.0]


def test_of_the_records_those_come_that_were_missed():
    session = make()
    session.training.advance(20)
    history = session.training.history
    missed = json.loads(missed_records(session, 8, history[7]["step"]))
    assert (missed["event"], missed["start"]) == ("records", 8)
    assert missed["records"] == json.loads(json_text(history[8:]))
    assert json.loads(missed_records(session, len(history), history[-1]["step"]))["records"] == []


@pytest.mark.parametrize(("held", "step"), [(0, 0), (8, 999), (500, 7)])
def test_all_records_come_to_who_has_none_or_others(held, step):
    session = make()
    session.training.advance(20)
    missed = json.loads(missed_records(session, held, step))
    assert missed["start"] == 0
    assert len(missed["records"]) == len(session.training.history) > 8
