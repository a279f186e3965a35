"""10,000 calls of every operation that OpenAPI describes, made up by schemathesis, right and wrong: none may be a 500.

Calls that break the description must be refused. Most use a session that exists and its key, so that they get far.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.generation import GenerationMode

from tests.hostile.target import Memory, Target, target
from tests.options import options

PATIENCE = 5.0
"""Seconds after which a call that trains for long is left alone."""
TOKEN = "the token of an operator"
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
WARMING = 0.5
"""After this part of the calls the server has what it needs, and more memory would be a leak."""
IDLE = 2.0
"""Seconds after which sessions sleep that nobody calls."""
LOOKS = 10
"""So often, at least, the memory is looked at."""


class Figures(NamedTuple):
    """What was measured."""

    calls: int
    statuses: dict[int, int]
    failures: list[str]
    """Calls that were answered with 500 or more."""
    accepted: list[str]
    """Calls that break the description and were answered all the same."""
    memory: list[tuple[int, Memory]]
    """After so many calls."""
    tracebacks: int


class Caller:
    """Makes calls, with a session of its own, and notes the answers."""

    def __init__(self, server: Target) -> None:
        """Call ``server``."""
        self.client = httpx.Client(base_url=server.address, timeout=60)
        self.statuses, self.failures, self.accepted = Counter[int](), list[str](), list[str]()
        self.session: dict[str, Any] = {}
        self._number = 0

    def call(self, case: Case, is_wrong: bool) -> None:
        """Make one call."""
        self._number += 1
        self._have_session()
        request = self._request(case)
        try:
            answer = self.client.request(**request, timeout=PATIENCE)
        except httpx.TimeoutException:
            self.statuses[0] += 1
            self.client.delete(f"/api/sessions/{self.session['id']}", headers=self._headers(self.session["key"]))
            return
        except (httpx.InvalidURL, httpx.LocalProtocolError, httpx.UnsupportedProtocol, UnicodeEncodeError):
            return  # httpx does not make such requests
        self._note(case, answer, is_wrong)

    def _note(self, case: Case, answer: httpx.Response, is_wrong: bool) -> None:
        self.statuses[answer.status_code] += 1
        line = f"{case.method} {case.formatted_path} {case.query} {str(case.body)[:200]} -> {answer.status_code}"
        if answer.status_code >= 500:
            self.failures.append(line)
        if is_wrong and answer.is_success and has_wrong_body(case):
            self.accepted.append(line)

    def _request(self, case: Case) -> dict[str, Any]:
        """What is sent: mostly to the own session and with the own key."""
        is_own = self._number % 8 != 0
        if "session_id" in case.path_parameters and is_own:
            case.path_parameters["session_id"] = self.session["id"]
        made = case.as_transport_kwargs(base_url=str(self.client.base_url))
        key = TOKEN if "/operator/" in case.path else self.session["key"]
        headers = {name: str(value) for name, value in made["headers"].items()}
        sent = {name: made[name] for name in ("params", "cookies") if made.get(name)}
        if made.get("json") is not None:
            sent["content"] = json.dumps(made["json"])
        elif made.get("data") is not None:
            sent["content"] = made["data"] if isinstance(made["data"], bytes) else str(made["data"])
        sent.pop("cookies", None)
        return {"method": case.method, "url": made["url"], "headers": headers | self._headers(key), **sent}

    def _headers(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"}

    def _have_session(self) -> None:
        """Make a session, now and then and when the last one has ended."""
        if not self.session or self._number % 20 == 0:
            if self.session:
                self.client.delete(f"/api/sessions/{self.session['id']}", headers=self._headers(self.session["key"]))
            self.session = self.client.post("/api/sessions").json()


def has_wrong_body(case: Case) -> bool:
    """Whether what breaks the description is the body, and not the session's id, of which the own is used instead."""
    kinds = case.meta.components if case.meta else {}
    return any(location.name == "BODY" and found.mode is GenerationMode.NEGATIVE for location, found in kinds.items())


def make_calls(caller: Caller, operations: list[Any], mode: GenerationMode, each: int, start: int) -> list[Any]:
    """Call every operation about so many times; return those that can be called in this way."""
    callable_so = []
    for number, operation in enumerate(operations):

        @seed(start + number)
        @settings(
            max_examples=each, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case: Case) -> None:
            caller.call(case, mode is GenerationMode.NEGATIVE)

        with suppress(Unsatisfiable):  # there is nothing about this operation that could be wrong
            call()
            callable_so.append(operation)
    return callable_so


def operations_of(address: str) -> Iterator[Any]:
    """All operations that the server describes."""
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    return (result.ok() for result in schema.get_all_operations())


def run(count: int, start: int, modes: Sequence[GenerationMode] = MODES) -> Figures:
    """Call a server of this checkout, whose limits of calls would only make it last longer.

    Most of the sessions that are made are never used again; they sleep soon, so that they are not taken for a leak.
    """
    limits = ("--calls-per-second", "1e6", "--new-sessions-per-minute", "1e6", "--operator-token", TOKEN)
    limits += ("--idle-seconds", str(IDLE))
    with target(*limits) as server:
        found = list(operations_of(server.address))
        operations = dict.fromkeys(modes, found)
        caller, memory = Caller(server), list[tuple[int, Memory]]()
        each, turn = max(1, count // (2 * LOOKS * len(found))), 0
        with caller.client:
            while sum(caller.statuses.values()) < count:
                for mode in modes:
                    operations[mode] = make_calls(caller, operations[mode], mode, each, start + 1000 * turn)
                    turn += 1
                memory.append((sum(caller.statuses.values()), server.memory()))
        return Figures(
            sum(caller.statuses.values()), dict(sorted(caller.statuses.items())), caller.failures, caller.accepted,
            memory, server.tracebacks(),
        )  # fmt: skip


def main() -> None:
    """Print the figures."""
    chosen = options(__doc__, count=10_000, seed=0)
    figures = run(chosen.count, chosen.seed)
    print(f"calls: {figures.calls}, by status (0: too slow): {figures.statuses}")
    print(f"status 500 and above: {len(figures.failures)}, wrong and accepted: {len(figures.accepted)}")
    for line in (figures.failures + figures.accepted)[:40]:
        print(f"  {line}")
    for calls, memory in figures.memory:
        print(f"memory after {calls:6} calls: server {memory.server:6.1f} MB, workers {memory.workers:6.1f} MB")
    later = [memory.total for _, memory in figures.memory[int(WARMING * len(figures.memory)) :]]
    print(f"from the half to the end: {later[-1] / later[0] - 1:+.1%}, at most {max(later) / later[0] - 1:+.1%}")
    print(f"tracebacks: {figures.tracebacks}")


if __name__ == "__main__":
    main()
