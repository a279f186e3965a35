"""Sessions that are trained while something dies, and the same trained by the engine alone, where nothing does."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import httpx

from app.live.crew import ONE_THREAD
from app.schemas import NEW_SESSION, parse
from engine.training import Training

KINDS: tuple[dict[str, Any], ...] = (
    {},
    {
        "data": {"dataset": {"kind": "xor", "noise": 0.2}},
        "layers": [
            {"kind": "dense", "units": 8, "activation": {"kind": "relu"}},
            {"kind": "dropout", "rate": 0.2},
            {"kind": "dense", "units": 6, "activation": {"kind": "relu"}},
        ],
        "optimizer": {"kind": "adam", "learning_rate": 0.003},
        "batch_size": 32,
    },
    {
        "data": {"dataset": {"kind": "digits"}, "augmentation": {"shift": 1}},
        "layers": [
            {"kind": "flatten"},
            {"kind": "dense", "units": 32, "activation": {"kind": "relu"}},
            {"kind": "batch_normalization"},
        ],
        "optimizer": {"kind": "rmsprop", "learning_rate": 0.001},
        "batch_size": 64,
    },
    {
        "data": {"dataset": {"kind": "adding_problem", "length": 12, "samples": 400}},
        "layers": [{"kind": "lstm", "units": 8}],
        "optimizer": {"kind": "adam", "learning_rate": 0.005},
        "batch_size": 32,
    },
)
"""Random streams, statistics and memories of every sort, which all have to go on as if nothing had been."""
SPEEDS = (5000.0, 2000.0, 100.0, 100.0)
"""Steps per second of each kind."""


@dataclass
class Trained:
    """A session of a server, with its key."""

    id: str
    key: str
    experiment: dict[str, Any]
    speed: float

    def ask(self, client: httpx.Client, method: str, path: str = "", body: object = None) -> Any:
        """Do something to it, and answer what the server does."""
        headers = {"Authorization": f"Bearer {self.key}"}
        response = client.request(method, f"/api/sessions/{self.id}{path}", headers=headers, json=body)
        response.raise_for_status()
        return response.json()

    def play(self, client: httpx.Client) -> None:
        """Train at its speed."""
        self.ask(client, "POST", "/play", {"steps_per_second": self.speed})

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
    return Trained(document["id"], document["key"], experiment, SPEEDS[number % len(KINDS)])


def undisturbed(trained: list[tuple[dict[str, Any], int]]) -> list[list[dict[str, Any]]]:
    """The histories that trainings of so many steps have in a process where nothing happens; one thread, as workers."""
    command, given = [sys.executable, "-m", "tests.faults.sessions"], json.dumps(trained)
    streams = {"input": given, "stdout": subprocess.PIPE, "text": True}
    done = subprocess.run(command, env=os.environ | ONE_THREAD, check=True, **streams)
    histories: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return histories


def differences(client: httpx.Client, sessions: list[Trained]) -> int:
    """How many sessions have another curve than they would have had if nothing had happened."""
    curves = [session.curve(client) for session in sessions]
    trained = [(session.experiment, steps) for session, (steps, _) in zip(sessions, curves, strict=True)]
    expected = undisturbed(trained)
    return sum(history != other for (_, history), other in zip(curves, expected, strict=True))


def train(experiment: dict[str, Any], steps: int) -> list[dict[str, Any]]:
    """Train without a server; return the history."""
    training = Training(parse(NEW_SESSION, json.dumps({"experiment": experiment}).encode()).experiment)
    training.advance(steps)
    return training.history


def main() -> None:
    """Train what comes in, and print the histories."""
    json.dump([train(experiment, steps) for experiment, steps in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
