"""Calls: what a session can be asked, one function each. Requests are JSON texts, answers documents."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, NamedTuple

from pydantic import ValidationError

from app.live.documents import (
    data_document,
    experiment_document,
    history_document,
    notes,
    probe_document,
    session_document,
)
from app.live.jobs import Job, make_job
from app.live.phases import after
from app.live.session import Session
from app.problems import Problem, from_experiment_error, from_validation_error, invalid
from app.schemas import INPUTS, PARAMETERS, PLAY, PROBE, STEP, parse, parse_object
from engine.errors import ExperimentError
from engine.probes import Probe, ProbeUnavailable, probes


class Request(NamedTuple):
    """A call as it came in."""

    number: int
    body: bytes
    parameters: dict[str, Any]
    """What stood in the address."""


class Answer(NamedTuple):
    """What a call is told."""

    document: dict[str, Any] | None
    """None where the answer comes later."""
    ended: Job | None = None
    """The ``step`` call that this one has cut short."""


def describe(session: Session, request: Request) -> Answer:
    """Return the session's document."""
    return Answer(session_document(session))


def adopt(session: Session, request: Request) -> Answer:
    """Merge a patch into the experiment."""
    adoption, ended = session.adopt(parse_object(request.body, "experiment"))
    document = {
        "experiment": experiment_document(session.training),
        "restarted": adoption.restarted,
        "kept": adoption.kept,
        "notice": adoption.notice,
        "version": session.version,
        "notes": notes(session.training),
    }
    return Answer(document, ended)


def play(session: Session, request: Request) -> Answer:
    """Train from now on."""
    session.play(parse(PLAY, request.body or b"{}").steps_per_second)
    return Answer(session_document(session))


def pause(session: Session, request: Request) -> Answer:
    """Stop training."""
    ended = session.pause()
    return Answer(session_document(session), ended)


def reset(session: Session, request: Request) -> Answer:
    """Go back to the first weights."""
    ended = session.reset()
    return Answer(session_document(session), ended)


def rewind(session: Session, request: Request) -> Answer:
    """Go back to the last finite state."""
    session.rewind()
    return Answer(session_document(session))


def step(session: Session, request: Request) -> Answer:
    """Train a number of steps or epochs; the answer comes when they are done."""
    after(session.phase, "step")
    session.begin(make_job(request.number, parse(STEP, request.body), session.training))
    return Answer(None)


def metrics(session: Session, request: Request) -> Answer:
    """Return the history."""
    return Answer(history_document(session))


def parameters(session: Session, request: Request) -> Answer:
    """Return all parameters."""
    return Answer(session.training.parameters())


def edit(session: Session, request: Request) -> Answer:
    """Change some parameters."""
    session.edit(asdict(parse(PARAMETERS, request.body)))
    return Answer({**session.training.parameters(), "version": session.version})


def gradients(session: Session, request: Request) -> Answer:
    """Return the gradient of the cost over the training set."""
    session.allowance.check()
    return Answer(session.training.gradients())


def predict(session: Session, request: Request) -> Answer:
    """Return outputs for raw inputs."""
    inputs = parse(INPUTS, request.body).inputs
    try:
        return Answer({"outputs": session.training.predict(inputs).tolist()})
    except ExperimentError as error:
        raise from_experiment_error(error) from None


def probe(session: Session, request: Request) -> Answer:
    """Measure something now."""
    chosen = read_probe(**request.parameters)
    session.allowance.check()
    try:
        return Answer(probe_document(session, chosen, chosen.measure(session.training)))
    except ProbeUnavailable as reason:
        raise Problem(409, str(reason)) from None


def data(session: Session, request: Request) -> Answer:
    """Return the examples."""
    return Answer(data_document(session.training))


def read_probe(kind: str, query: dict[str, str]) -> Probe:
    """Return a probe with the parameters of an address; Problem (404 or 422) if there is none such."""
    if kind not in probes:
        raise Problem(404, f"There is no such probe; there are {', '.join(probes.kinds)}.")
    if "kind" in query:
        raise invalid([{"field": "kind", "message": "the kind stands in the address already"}])
    document = {**query, "kind": kind}
    try:
        return PROBE.validate_strings(document)
    except ValidationError as error:
        raise from_validation_error(error, document) from None


CALLS: dict[str, Callable[[Session, Request], Answer]] = {
    call.__name__: call
    for call in (
        describe, adopt, play, pause, reset, rewind, step, metrics, parameters, edit, gradients, predict, probe, data,
    )
}  # fmt: skip
"""Everything that a session can be asked, by name."""
CHANGING = frozenset({"adopt", "play", "pause", "reset", "rewind", "edit"})
"""The calls after which a session is not what it was; what they have changed is kept before they are answered."""
