"""What every probe is: a question to a training, answered with named arrays."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from annotated_types import Interval

from engine.registry import Component, Help, Registry, Slider
from engine.types import Array, ByteArray

if TYPE_CHECKING:
    from engine.training import Training

Resolution: TypeAlias = Annotated[
    int,
    Interval(ge=2, le=200),
    Slider(10, 100, step=10),
    Help("Resolution", "How many points across and how many down."),
]
Encoding: TypeAlias = Annotated[
    Literal["float", "byte"],
    Help("Encoding", "Exact numbers, or one byte each, enough for a picture."),
]
Quantity: TypeAlias = Literal["weights", "biases", "activations", "gradients"]
"""What histograms count."""


Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
"""Arrays of any type by name."""


class Measurement(NamedTuple):
    """The answer of a probe: arrays by name, and what else one must know to read them (plain JSON values)."""

    arrays: Arrays
    meta: dict[str, Any]


class ProbeUnavailable(Exception):  # noqa: N818 (a state of affairs, not a fault)
    """The question makes no sense for this experiment; the message says why, to the learner."""


class Probe(Component):
    """A measurement of a training; its fields are its parameters. Measuring changes nothing."""

    def measure(self, training: "Training") -> Measurement:
        """Answer for the state in which ``training`` is now."""
        raise NotImplementedError


probes: Registry[Probe] = Registry(
    "probes", Probe, "Probe", "What can be looked at while a network trains; only what is watched is measured."
)


def to_bytes(values: Array, low: Array | float, high: Array | float) -> ByteArray:
    """Round ``low``…``high``, between which all ``values`` lie, to 0…255; within (high − low) / 510 of the truth."""
    factor = 255 / (high - low)
    scaled = np.multiply(values, factor)
    np.add(scaled, 0.5 - low * factor, scaled)
    with np.errstate(invalid="ignore"):  # what is not finite has no colour of its own
        return scaled.astype(np.uint8)


def reach(values: Array) -> float:
    """Return the largest size among ``values``: what a picture's colours must reach; 1 if there is none."""
    return valid_reach(max(float(values.max()), -float(values.min())))


def valid_reach(largest: float) -> float:
    """Return the ``largest`` size, or 1 where it is 0 or not finite and so no scale."""
    return largest if 0 < largest < np.inf else 1.0
