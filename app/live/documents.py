"""Documents: what a session says of itself, as JSON."""

from dataclasses import asdict
from typing import Any

from pydantic_core import to_json

from app.live.session import Session
from app.schemas import EXPERIMENT
from app.wire.events import missed_event
from engine.data import SPLITS
from engine.network import NamedLayer
from engine.probes import Measurement, Probe
from engine.standstill import standstill
from engine.targets import target_values
from engine.training import Training


def json_text(value: object) -> bytes:
    """Return JSON; numbers that are not finite become null."""
    return to_json(value, inf_nan_mode="null")


def session_document(session: Session) -> dict[str, Any]:
    """Return what a session is and does."""
    training = session.training
    return {
        "id": session.id,
        "title": session.title,
        "phase": session.phase.word,
        "step": training.state.step,
        "epoch": training.state.epoch,
        "experiment": experiment_document(training),
        "version": session.version,
        "speed": session.speed,
        "parameter_count": training.network.parameters.layout.size,
        "latest": session.metrics(),
        "divergence": asdict(training.divergence) if training.divergence else None,
        "stopped": session.stopped,
        "compute": session.allowance.document(),
        "notes": notes(training),
    }


def missed_records(session: Session, held: int, step: int) -> bytes:
    """Return the event with the records that a viewer has missed who has the first ``held``."""
    return missed_event(session.training.history, held, step)


def step_document(session: Session) -> dict[str, Any]:
    """Return what a ``step`` call is told at its end: metrics, and whether a stopping rule has ended the training."""
    return {**session.metrics(), "stopped": session.stopped}


def experiment_document(training: Training) -> dict[str, Any]:
    """Return the complete experiment."""
    document: dict[str, Any] = EXPERIMENT.dump_python(training.experiment, mode="json")
    return document


def notes(training: Training) -> dict[str, Any]:
    """Return what follows from an experiment and a picture of it needs."""
    data = training.data
    return {
        "task": data.task,
        "classes": data.classes,
        "class_names": data.dataset.class_names,
        "target_values": target_values(training.experiment) if data.task == "binary" else None,
        "input_names": data.input_names,
        "feature_names": data.feature_names,
        "input_shape": data.dataset.input_shape,
        "domain": data.domain,
        "interval": data.dataset.interval,
        "layers": [layer_notes(layer) for layer in training.network.layers],
        "standstill": standstill(training.network.layers),
    }


def layer_notes(layer: NamedLayer) -> dict[str, Any]:
    """Return a layer's name and sizes."""
    return {
        "name": layer.name,
        "kind": layer.layer.kind,
        "inputs": layer.input_shape[-1],
        "units": layer.output_shape[-1],
        "output_shape": layer.output_shape,
        "activation": layer.activation.kind if layer.activation else None,
    }


def history_document(session: Session) -> dict[str, Any]:
    """Return the recorded metrics and those of now."""
    return {"history": session.training.history, "latest": session.metrics()}


def data_document(training: Training) -> dict[str, Any]:
    """Return every example with its split, target and present prediction (of several classes: one number each)."""
    data = training.data
    split_of = {int(index): split for split in SPLITS for index in data.indices[split]}
    outputs = training.predict(data.inputs).tolist()
    rows = zip(data.inputs.tolist(), data.targets.tolist(), outputs, strict=True)
    examples = [
        {
            "split": split_of[number],
            "inputs": inputs,
            "target": target,
            "prediction": output if len(output) > 1 else output[0],
        }
        for number, (inputs, target, output) in enumerate(rows)
        if number in split_of
    ]
    return {"task": data.task, "classes": data.classes, "input_names": data.input_names, "examples": examples}


def probe_document(session: Session, probe: Probe, measurement: Measurement) -> dict[str, Any]:
    """Return what a probe measured, its arrays as nested lists."""
    return {
        "kind": probe.kind,
        "step": session.training.state.step,
        "version": session.version,
        "meta": measurement.meta,
        "arrays": {name: array.tolist() for name, array in measurement.arrays.items()},
    }
