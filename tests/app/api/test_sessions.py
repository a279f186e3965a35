import threading

import httpx
import pytest

from engine.experiment import Experiment
from engine.training import Training
from tests.app.watching import watching

EXPLODING = {"optimizer": {"kind": "gradient_descent", "learning_rate": 1e6}, "data": {"dataset": {"kind": "plane"}}}
ALL_LINEAR = EXPLODING | {"layers": [{"kind": "dense", "units": 4, "activation": {"kind": "linear"}}]}


def test_a_new_session_is_paused_at_step_0_with_a_complete_experiment(client):
    response = client.post("/api/sessions", json={"experiment": {"seed": 3}, "title": "Mine"})
    document = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/api/sessions/{document['id']}"
    assert (document["phase"], document["step"], document["epoch"]) == ("paused", 0, 0)
    assert (document["title"], document["can_control"]) == ("Mine", True)
    assert document["experiment"]["seed"] == 3
    assert document["experiment"]["output"]["activation"] == {"kind": "sigmoid"}
    assert document["experiment"]["loss"] == {"kind": "binary_cross_entropy"}
    assert document["parameter_count"] == 2 * 4 + 4 + 4 * 2 + 2 + 2 + 1


def test_an_empty_request_makes_the_default_experiment(client):
    first, second = (client.post("/api/sessions", content=body).json() for body in (b"", b"{}"))
    assert first["experiment"] == second["experiment"]
    assert first["id"] != second["id"]
    assert first["key"] != second["key"]


def test_a_session_tells_its_key_only_once(session):
    document = session.get()
    assert "key" not in document
    assert {**document, "key": session.key} == session.document
    assert document["latest"]["train"].keys() == {"loss", "accuracy"}


def test_steps_and_epochs_are_exact(session):
    assert session.post("/step", {"steps": 7})["step"] == 7
    after_epoch = session.post("/step", {"epochs": 1})
    assert (after_epoch["step"], after_epoch["epoch"]) == (25, 1)
    assert session.post("/step", {"epochs": 3})["step"] == 100
    assert session.get()["step"] == 100


def test_the_numbers_do_not_depend_on_how_calls_are_cut(make_session):
    whole, cut = make_session({}), make_session({})
    answer = whole.post("/step", {"steps": 3000})
    for steps in (1, 999, 500, 500):
        cut.post("/step", {"steps": steps})
    assert cut.post("/step", {"epochs": 40}) == answer
    assert cut.get("/parameters") == whole.get("/parameters")
    assert cut.get("/metrics") == whole.get("/metrics")


def test_the_server_trains_what_the_engine_trains(session):
    training = Training(Experiment())
    training.advance(250)
    session.post("/step", {"epochs": 10})
    assert session.get("/parameters") == training.parameters()
    assert session.get("/metrics")["latest"] == training.metrics()
    assert session.get("/gradients") == training.gradients()


def test_playing_and_pausing_give_the_same_numbers(client, make_session):
    played, stepped = make_session({}), make_session({})
    with watching(client, played.id) as viewer:
        assert played.post("/play")["phase"] == "playing"
        viewer.frame(lambda frame: frame.stamp.step > 500)
        steps = played.post("/pause")["step"]
    stepped.post("/step", {"steps": steps})
    assert played.get("/parameters") == stepped.get("/parameters")
    assert played.get("/metrics")["history"] == stepped.get("/metrics")["history"]


def test_reset_returns_to_the_same_first_weights(session):
    before = session.get("/parameters")
    session.post("/step", {"epochs": 5})
    answer = session.post("/reset")
    assert (answer["phase"], answer["step"], answer["epoch"]) == ("paused", 0, 0)
    assert session.get("/parameters") == before
    assert len(session.get("/metrics")["history"]) == 1


def test_no_step_while_playing(session):
    session.post("/play", {"steps_per_second": 0.5})
    assert session.post("/step", {"steps": 1}, status=409)["status"] == 409
    assert session.post("/pause")["phase"] == "paused"
    session.post("/step", {"steps": 1})


def test_pausing_ends_a_step_call_that_is_under_way(client, session):
    answers = []
    with watching(client, session.id) as viewer:
        caller = threading.Thread(
            target=lambda: answers.append(session.ask("POST", "/step", json={"steps": 1_000_000}))
        )
        caller.start()
        viewer.frame(lambda frame: frame.stamp.step > 0)
        assert session.post("/step", {"steps": 1}, status=409)
        assert session.get()["phase"] == "paused"
        session.post("/pause")
        caller.join(20)
    assert answers[0].status_code == 409
    assert "still to go" in answers[0].json()["detail"]
    assert 0 < session.get()["step"] < 1_000_000


def test_a_learning_rate_changes_without_touching_weights(session):
    session.post("/step", {"epochs": 2})
    before = session.get("/parameters")
    answer = session.patch({"optimizer": {"learning_rate": 0.5}})
    assert answer["restarted"] is False
    assert "dense_1.kernel" in answer["kept"]
    assert answer["experiment"]["optimizer"] == {"kind": "gradient_descent", "learning_rate": 0.5}
    assert answer["version"] == session.document["version"] + 1
    assert session.get("/parameters") == before


def test_a_new_dataset_restarts_and_chooses_output_and_loss_again(session):
    answer = session.patch({"data": {"dataset": {"kind": "plane"}}})
    assert answer["restarted"] is True
    assert answer["notice"]
    assert answer["experiment"]["output"]["activation"] == {"kind": "linear"}
    assert answer["experiment"]["loss"] == {"kind": "squared_error"}
    assert answer["notes"]["task"] == "regression"


def test_what_was_chosen_explicitly_stays_or_is_refused_by_name(make_session):
    chosen = make_session({"loss": {"kind": "squared_error"}})
    assert chosen.patch({"data": {"dataset": {"kind": "plane"}}})["experiment"]["loss"] == {"kind": "squared_error"}
    refused = make_session({"loss": {"kind": "hinge"}}).patch({"data": {"dataset": {"kind": "plane"}}}, status=422)
    assert refused["errors"][0]["field"] == "experiment.loss"


def test_a_refused_patch_changes_nothing(session):
    before = session.get()
    problem = session.patch({"optimizer": {"learning_rate": -1}}, status=422)
    assert problem["errors"] == [
        {"field": "experiment.optimizer.learning_rate", "message": "-1 is too small; it must be greater than 0"}
    ]
    session.patch({"layers": [{"kind": "dense", "units": 300}]}, status=422)
    assert session.get() | {"compute": before["compute"]} == before  # being asked has taken some


def test_divergence_is_a_phase_with_advice_and_a_way_back(make_session):
    session = make_session(ALL_LINEAR)
    answer = session.post("/step", {"epochs": 100})
    assert answer["diverged"] is True
    document = session.get()
    assert document["phase"] == "diverged"
    assert document["divergence"]["explanation"]
    assert {"call": "rewind"}.items() <= document["divergence"]["advice"][0].items()
    assert session.post("/play", status=409)["detail"]
    session.post("/step", {"steps": 1}, status=409)
    assert session.ask("PUT", "/parameters", json={"layers": []}).status_code == 409
    rewound = session.post("/rewind")
    assert (rewound["phase"], rewound["divergence"]) == ("paused", None)
    assert rewound["step"] == document["divergence"]["step"] - 1
    assert rewound["latest"]["train"]["loss"] is not None
    assert session.post("/rewind", status=409)


def test_the_advised_patch_cures_a_divergence(make_session):
    session = make_session(ALL_LINEAR)
    session.post("/step", {"epochs": 100})
    advice = next(each for each in session.get()["divergence"]["advice"] if "patch" in each)
    session.patch(advice["patch"])
    assert session.get()["phase"] == "paused"
    session.post("/reset")


def test_parameters_can_be_read_and_written(session):
    kernel = [[1.0, 0.0, -1.0, 0.5], [0.25, 2.0, 0.0, 0.0]]
    change = {"layers": [{"name": "dense_1", "parameters": {"kernel": kernel}}]}
    assert session.ask("PUT", "/parameters", json=change).json()["version"] == 1
    layers = {layer["name"]: layer["parameters"] for layer in session.get("/parameters")["layers"]}
    assert layers["dense_1"]["kernel"] == kernel
    assert session.ask("PUT", "/parameters", json=session.get("/parameters")).status_code == 200


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"kernel": [[1.0]]}, "layers.dense_1.kernel"),
        ({"bias": ["1", "2", "3", "4"]}, "layers.dense_1.bias"),
        ({"bias": [1e308, 1, 1, 10**400]}, "layers.dense_1.bias"),
        ({"gamma": [1, 2]}, "layers.dense_1.gamma"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_and_none_is_changed(session, parameters, field):
    before = session.get("/parameters")
    good = {"name": "output", "parameters": {"bias": [9.0]}}
    response = session.ask("PUT", "/parameters", json={"layers": [good, {"name": "dense_1", "parameters": parameters}]})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field
    assert session.get("/parameters") == before


def test_predictions_apply_features_and_scaling(make_session):
    session = make_session({"data": {"features": ["x1_squared", "sin_x2"], "scaling": {"kind": "standardize"}}})
    session.post("/step", {"epochs": 3})
    examples = session.get("/data")["examples"]
    outputs = session.post("/predict", {"inputs": [example["inputs"] for example in examples]})["outputs"]
    assert [row[0] for row in outputs] == [example["prediction"] for example in examples]


def test_predictions_need_as_many_numbers_as_the_data_has(session):
    problem = session.post("/predict", {"inputs": [[1.0, 2.0, 3.0]]}, status=422)
    assert problem["errors"][0]["field"] == "inputs"


def test_the_data_comes_with_its_split(make_session):
    split = {"train": 0.5, "validation": 0.25, "test": 0.25}
    session = make_session({"data": {"dataset": {"kind": "xor", "samples": 200}, "split": split}})
    data = session.get("/data")
    splits = [example["split"] for example in data["examples"]]
    assert [splits.count(split) for split in ("train", "validation", "test")] == [100, 50, 50]
    assert (data["task"], data["classes"], data["input_names"]) == ("binary", 2, ["x1", "x2"])


def test_an_ended_session_is_gone(client, make_session):
    session = make_session({})
    with watching(client, session.id) as viewer:
        viewer.event()
        assert session.ask("DELETE").status_code == 204
        assert viewer.event()["event"] == "closed"
    assert session.ask("GET").status_code == 404


CONTROL = [
    ("POST", "/play"), ("POST", "/pause"), ("POST", "/reset"), ("POST", "/rewind"), ("POST", "/step"),
    ("PATCH", "/experiment"), ("PUT", "/parameters"), ("DELETE", ""),
]  # fmt: skip
WATCH = ["", "/metrics", "/parameters", "/gradients", "/data", "/probes/weights"]


@pytest.mark.parametrize(("method", "path"), CONTROL)
def test_control_needs_the_key_of_this_session(session, make_session, method, path):
    other = make_session({})
    before = session.get()
    assert session.ask(method, path, key=None).status_code == 401
    assert session.ask(method, path, key=None, headers={"Authorization": "Basic abc"}).status_code == 401
    assert session.ask(method, path, key="wrong").status_code == 403
    assert session.ask(method, path, key=other.key).status_code == 403
    assert session.ask(method, path, key=None, headers={"Cookie": f"livenet-{session.id}=wrong"}).status_code == 403
    assert session.get() == before


@pytest.mark.parametrize("path", WATCH)
def test_the_id_is_enough_to_watch(session, path):
    assert session.ask("GET", path, key=None).status_code == 200
    assert session.ask("GET", path, key="wrong").status_code == 200


def test_the_page_gets_a_cookie_that_only_it_can_use(base_url):
    with httpx.Client(base_url=base_url) as page:
        response = page.post("/api/sessions", headers={"Origin": base_url})
        session = f"/api/sessions/{response.json()['id']}"
        cookie = response.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", f"Path={session}"))
        assert page.post(f"{session}/pause", headers={"Origin": base_url}).status_code == 200
        assert page.post(f"{session}/pause", headers={"Origin": "http://evil.example"}).status_code == 403
        assert page.get(session).json()["can_control"] is True
    assert httpx.get(base_url + session).json()["can_control"] is False


def test_scripts_get_no_cookie(client):
    assert "set-cookie" not in client.post("/api/sessions").headers


def test_pages_of_others_make_no_sessions(client):
    assert client.post("/api/sessions", headers={"Origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize("path", [*WATCH, "/play", "/predict", "/experiment"])
def test_unknown_sessions_are_404(client, path):
    method = {"/play": "POST", "/predict": "POST", "/experiment": "PATCH"}.get(path, "GET")
    response = client.request(method, f"/api/sessions/nobody{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
