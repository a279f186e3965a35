"""Sessions that are trained while something dies, and the same trained by the engine alone, where nothing does."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from app.schemas import NEW_SESSION, parse
from engine.training import Training

KINDS: tuple[dict[str, Any], ...] = (
    {},
    {
        "data": {"kind": "xor", "noise": 0.2},
        "layers": [
            {"kind": "dense", "units": 8, "activation": {"kind": "relu"}},
            {"kind": "dropout", "rate": 0.2},
            {"kind": "dense", "units": 6, "activation": {"kind": "relu"}},
        ],
        "optimizer": {"kind": "adam", "learning_rate": 0.003},
        "batch_size": 32,
    },
    {
        "data": {"kind": "digits"},
        "layers": [
            {"kind": "dense", "units": 32, "activation": {"kind": "relu"}},
            {"kind": "batch_normalization"},
        ],
        "optimizer": {"kind": "rmsprop", "learning_rate": 0.001},
        "batch_size": 64,
    },
    {
        "data": {"kind": "adding_problem", "length": 12},
        "layers": [{"kind": "lstm", "units": 8}],
        "optimizer": {"kind": "adam", "learning_rate": 0.005},
        "batch_size": 32,
    },
)
"""Random streams, statistics and memories of every sort, which all have to go on as if nothing had been."""


@dataclass
class Trained:
    """A session of a server, with its key."""

    id: str
    key: str
    experiment: dict[str, Any]

    def ask(self, client: httpx.Client, method: str, path: str = "", body: object = None) -> Any:
        """Do something to it, and answer what the server does."""
        headers = {"Authorization": f"Bearer {self.key}"}
        response = client.request(method, f"/api/sessions/{self.id}{path}", headers=headers, json=body)
        response.raise_for_status()
        return response.json()

    def play(self, client: httpx.Client, steps_per_second: float) -> None:
        """Train at a speed."""
        self.ask(client, "POST", "/play", {"steps_per_second": steps_per_second})

    def curve(self, client: httpx.Client) -> tuple[int, list[dict[str, Any]]]:
        """Stop, and return the last step and the history."""
        self.ask(client, "POST", "/pause")
        return self.ask(client, "GET")["step"], self.ask(client, "GET", "/metrics")["history"]


def make(client: httpx.Client, number: int) -> Trained:
    """Make the ``number``-th session: each has a seed of its own."""
    experiment = {**KINDS[number % len(KINDS)], "seed": number + 1}
    response = client.post("/api/sessions", json={"experiment": experiment})
    response.raise_for_status()
    document = response.json()
    return Trained(document["id"], document["key"], experiment)


def undisturbed(experiment: dict[str, Any], steps: int) -> list[dict[str, Any]]:
    """The history that the same training has where nothing happens."""
    training = Training(parse(NEW_SESSION, json.dumps({"experiment": experiment}).encode()).experiment)
    training.advance(steps)
    return json.loads(json.dumps(training.history))


def differences(client: httpx.Client, sessions: list[Trained]) -> int:
    """How many sessions have another curve than they would have had if nothing had happened."""
    found = 0
    for session in sessions:
        steps, history = session.curve(client)
        expected = undisturbed(session.experiment, steps)
        found += history[: len(expected)] != expected[: len(history)] or abs(len(history) - len(expected)) > 1
    return found
