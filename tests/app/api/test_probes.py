import numpy as np
import pytest

from app.schemas import EXPERIMENT
from app.wire.frames import Stamp, decode_frame, encode_frame
from engine.experiment import Experiment
from engine.layers import layers
from engine.losses import losses
from engine.probes import probes
from engine.regularizers import regularizers
from engine.training import Training
from tests.engine.probes.measuring import subject
from tests.engine.test_gradient_contract import fitting
from tests.engine.variants import around


@pytest.mark.parametrize("kind", probes.kinds)
def test_every_probe_answers_what_the_engine_measures(make_session, kind):
    experiment = subject(kind)
    session = make_session(EXPERIMENT.dump_python(experiment, mode="json"))
    session.post("/step", {"steps": 3})
    training = Training(experiment)
    training.advance(3)
    measured = probes[kind]().measure(training)
    answer = session.get(f"/probes/{kind}")
    assert (answer["kind"], answer["step"], answer["version"]) == (kind, 3, 0)
    assert answer["arrays"].keys() == measured.arrays.keys()
    for name, array in measured.arrays.items():
        np.testing.assert_array_equal(np.array(answer["arrays"][name], float), array)


@pytest.mark.parametrize("kind", probes.kinds)
def test_every_probe_fits_into_a_frame(kind):
    training = Training(subject(kind))
    training.advance(3)
    arrays = probes[kind]().measure(training).arrays
    frame = decode_frame(encode_frame(Stamp(1, 0, 3, 0), {}, arrays))
    for name, array in arrays.items():
        np.testing.assert_array_equal(frame.arrays[name], array)


def test_parameters_stand_in_the_query(session):
    answer = session.get("/probes/boundary?resolution=4&encoding=byte")
    assert np.array(answer["arrays"]["values"]).shape == (4, 4)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("boundary?resolution=many", "resolution"),
        ("boundary?resolution=201", "resolution"),
        ("boundary?colour=red", "colour"),
        ("boundary?kind=weights", "kind"),
        ("gradient_check?epsilon=nan", "epsilon"),
        ("histograms?quantity=%00", "quantity"),
    ],
)
def test_wrong_parameters_are_named(session, query, field):
    response = session.ask("GET", f"/probes/{query}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field


def test_unknown_probes_are_404_and_the_known_are_listed(session):
    response = session.ask("GET", "/probes/nothing")
    assert response.status_code == 404
    assert "boundary" in response.json()["detail"]


def test_a_probe_that_makes_no_sense_says_why(make_session):
    rows = {"kind": "inline", "inputs": [[1, 2, 3], [4, 5, 6]], "targets": [0, 1]}
    response = make_session({"data": {"dataset": rows}}).ask("GET", "/probes/boundary")
    assert response.status_code == 409
    assert "3 inputs" in response.json()["detail"]


CHECKED = [
    *(pytest.param(around(kind()), id=kind.kind) for kind in layers),
    *(pytest.param(fitting(kind()), id=kind.kind) for kind in losses),
    *(pytest.param(Experiment(regularizer=kind()), id=kind.kind) for kind in regularizers),
]


@pytest.mark.parametrize("experiment", CHECKED)
def test_gradients_of_every_layer_loss_and_penalty_can_be_checked(make_session, experiment):
    session = make_session(EXPERIMENT.dump_python(experiment, mode="json"))
    session.post("/step", {"steps": 3})
    meta = session.get("/probes/gradient_check?examples=4")["meta"]
    assert meta["verdict"] == "right", meta
    assert meta["error"] <= meta["thresholds"]["right"] == 1e-7
    with_parameters = [layer["name"] for layer in session.get("/parameters")["layers"]]
    assert [layer["layer"] for layer in meta["layers"]] == with_parameters
