"""The state of a training: everything that changes, so that a copy of it can go on bit for bit."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.types import Array, IntArray


@dataclass(frozen=True, eq=False)
class SavedState:
    """A copy of a state: four arrays and plain values."""

    theta: Array
    statistics: Array
    slots: Array
    order: IntArray
    step: int
    epoch: int
    position: int
    slots_since: int
    generators: dict[str, dict[str, Any]]
    """State of each bit generator."""


@dataclass(eq=False)
class TrainingState:
    """Parameters, optimizer state, place in the data and random generators."""

    theta: Array
    """All parameters."""
    statistics: Array
    """What layers keep beside them: moving averages."""
    slots: Array
    """The optimizer's vectors, (slots, parameters)."""
    order: IntArray
    """The order of the examples in the present epoch."""
    generators: dict[str, np.random.Generator]
    """"shuffling", and one for each layer that uses chance, by the layer's name."""
    step: int = 0
    """Updates so far."""
    epoch: int = 0
    """Completed passes over the training set."""
    position: int = 0
    """How many examples of the present pass are done."""
    slots_since: int = 0
    """The step at which the optimizer's vectors were zero."""

    def save(self) -> SavedState:
        """Return a copy."""
        generators = {name: dict(rng.bit_generator.state) for name, rng in self.generators.items()}
        arrays = self.theta.copy(), self.statistics.copy(), self.slots.copy(), self.order.copy()
        return SavedState(*arrays, self.step, self.epoch, self.position, self.slots_since, generators)

    def load(self, saved: SavedState) -> None:
        """Become what was saved, in the same memory (plans hold on to it)."""
        self.theta[...], self.statistics[...] = saved.theta, saved.statistics
        self.slots[...], self.order[...] = saved.slots, saved.order
        self.step, self.epoch, self.position = saved.step, saved.epoch, saved.position
        self.slots_since = saved.slots_since
        for name, state in saved.generators.items():
            self.generators[name].bit_generator.state = state

    def go_on_from(self, other: "TrainingState") -> None:
        """Take over the place in the data and the random generators; the optimizer starts without memory."""
        self.step, self.epoch, self.position = other.step, other.epoch, other.position
        self.slots_since = other.step
        self.order[...] = other.order
        for name, rng in other.generators.items():
            if name in self.generators:
                self.generators[name].bit_generator.state = rng.bit_generator.state
