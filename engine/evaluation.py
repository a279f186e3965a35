"""Evaluation: how a network does on all examples and on whole parts of them, in prediction mode."""

from math import isfinite
from typing import Any

import numpy as np

from engine.calls import Workspace, run
from engine.cost import compile_cost, mean_loss
from engine.data import SPLITS, PreparedData
from engine.experiment import Experiment
from engine.metrics import measure
from engine.network import Network, Prediction
from engine.parameters import Parameters
from engine.targets import encode, target_values, threshold
from engine.types import Array, BoolArray, IntArray, Split
from engine.weighting import example_weights


class Part:
    """One part of the examples (training, validation or test), or all of them, and the passes over it."""

    def __init__(
        self,
        network: Network,
        features: Array,
        targets: Array,
        padding: BoolArray | None = None,
        weights: Array | None = None,
    ) -> None:
        """Prepare ``features`` (features, examples) and encoded ``targets`` (units, examples).

        Where every time step has an answer, ``targets`` are (units, time, examples), and those of padded time steps,
        ``padding`` (time, examples), count for nothing. ``weights`` are (1, examples) or (time, examples).
        """
        dtype, self.padding = network.parameters.theta.dtype, padding
        self.weights = None if weights is None else weights.astype(dtype)
        """How much each answer counts in the cost; None if all count alike."""
        self.network, self.features = network, features.astype(dtype, copy=False)
        self.targets = targets.astype(dtype, copy=False)
        self.examples = features.shape[-1]
        self._whole: Prediction | None = None

    @property
    def answers(self) -> Array:
        """The targets in the shape of logits and outputs."""
        return self.targets.reshape(len(self.targets), -1)

    @property
    def weight_rows(self) -> int:
        """How many rows of weights the :meth:`matrix` ends with."""
        return 0 if self.weights is None else len(self.weights)

    def matrix(self) -> Array:
        """Return what training steps take their batches from: features, a row of ones, targets, and any weights."""
        ones = np.ones((1, self.examples), self.features.dtype)
        weights = ones[:0] if self.weights is None else self.weights
        return np.concatenate((self.features, ones, self.targets.reshape(-1, self.examples), weights))

    @property
    def counted(self) -> slice | BoolArray:
        """Which columns of answers and outputs count: all but those of padded time steps."""
        return slice(None) if self.padding is None else ~self.padding.ravel()

    def forward(self) -> tuple[Array, Array]:
        """Return logits and outputs, (units, examples) or (units, time · examples)."""
        if self.examples > self.network.block:
            return self._forward_in_blocks()
        if self._whole is None:
            self._whole = Prediction(self.network, self.examples)
            self._whole.inputs[...] = self.features
        self._whole.run()
        return self._whole.logits, self._whole.outputs

    def _forward_in_blocks(self) -> tuple[Array, Array]:
        logits, outputs = np.empty_like(self.targets), np.empty_like(self.targets)
        for start in range(0, self.examples, self.network.block):
            block = slice(start, start + self.network.block)
            prediction = self.network.prediction(self.features[..., block].shape[-1])
            prediction.inputs[...] = self.features[..., block]
            prediction.run()
            shape = logits[..., block].shape
            logits[..., block] = prediction.logits.reshape(shape)
            outputs[..., block] = prediction.outputs.reshape(shape)
        return logits.reshape(len(logits), -1), outputs.reshape(len(outputs), -1)


class Evaluation:
    """Loss, measures and gradients of an experiment's network."""

    def __init__(self, experiment: Experiment, data: PreparedData, network: Network) -> None:
        """Prepare the three parts; an empty one is None."""
        self.experiment, self.data, self.network = experiment, data, network
        self._everything = self._all_examples()
        ends = np.cumsum([len(data.indices[split]) for split in SPLITS])
        places = {split: slice(end - len(data.indices[split]), end) for split, end in zip(SPLITS, ends, strict=True)}
        self.parts: dict[Split, Part | None] = {split: self._part(split, place) for split, place in places.items()}
        self._columns = {split: self._columns_of(place) for split, place in places.items()}
        self._mask = network.parameters.layout.mask(network.parameters.theta.dtype)
        self._threshold = threshold(experiment)

    @property
    def training_part(self) -> Part:
        """The examples that are learned from; there is always one."""
        part = self.parts["train"]
        assert part is not None
        return part

    def loss(self) -> float:
        """Return the mean loss over the training examples, weighted as in training, without the penalty."""
        part = self.training_part
        with np.errstate(all="ignore"):
            return mean_loss(self._losses(part, *part.forward()), part.padding, part.weights)

    def penalty(self) -> float:
        """Return what the weights cost."""
        with np.errstate(all="ignore"):
            return self.experiment.regularizer.penalty(self.network.parameters.theta, self._mask)

    def measure(self) -> dict[str, Any]:
        """Return loss and measures of each part; None where it is empty, and in it None for what is not finite.

        The loss counts all examples alike, so that parts can be compared; where training does not, the training part
        has a "weighted_loss" too: what is made small. All parts go through the network together.
        """
        with np.errstate(all="ignore"):
            logits, outputs = self._everything.forward()
            losses = self._losses(self._everything, logits, outputs)
            return {
                split: None if part is None else self._measure(part, outputs[:, columns], losses[columns])
                for (split, part), columns in zip(self.parts.items(), self._columns.values(), strict=True)
            }

    def _measure(self, part: Part, outputs: Array, losses: Array) -> dict[str, float | None]:
        counted = part.counted
        found = measure(self.data.task, outputs[:, counted], part.answers[:, counted], self._threshold)
        found = {"loss": mean_loss(losses, part.padding), **found}
        if part.weights is not None:
            found["weighted_loss"] = mean_loss(losses, part.padding, part.weights)
        return {name: finite(value) for name, value in found.items()}

    def gradients(self) -> Parameters:
        """Return the gradient of the cost (mean loss plus penalty) over the whole training set, without dropout."""
        parameters, part = self.network.parameters, self.training_part
        total = Parameters(parameters.layout, parameters.theta.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, part.examples, self.network.block):
                total.theta += self._block_gradient(slice(start, start + self.network.block))
            workspace = Workspace(parameters.theta.dtype)
            run(self.experiment.regularizer.backward(parameters.theta, total.theta, self._mask, workspace))
        return total

    def _block_gradient(self, block: slice) -> Array:
        """Return the part of the gradient that is due to a block of the training examples."""
        part = self.training_part
        features, targets = part.features[..., block], part.targets[..., block]
        gradients = Parameters(self.network.parameters.layout, features.dtype)
        builder = self.network.builder(features.shape[-1], gradients)
        x = builder.signal(self.network.input_shape, trained=False)
        x.augmented[:-1] = features
        weights = None if part.weights is None else part.weights[..., block]
        compile_cost(self.experiment, self.network, builder, x, targets, part.examples, weights)
        run(builder.forward + builder.backward)
        return gradients.theta

    def _losses(self, part: Part, logits: Array, outputs: Array) -> Array:
        assert self.experiment.loss is not None
        return self.experiment.loss.example_losses(logits, outputs, part.answers, self.network.activation)

    def _all_examples(self) -> Part:
        """Return all examples, part after part."""
        filled = [split for split in SPLITS if len(self.data.indices[split])]
        values = target_values(self.experiment)
        targets = [encode(self.data.labels(each), self.data.task, self.data.output_units, values) for each in filled]
        masks = [self.data.mask(each) for each in filled] if targets[0].ndim == 3 else []
        real = [mask != 0 for mask in masks if mask is not None]
        features = np.concatenate([self.data.matrix(each) for each in filled], -1)
        return Part(self.network, features, np.concatenate(targets, -1), ~np.concatenate(real, -1) if real else None)

    def _part(self, split: Split, place: slice) -> Part | None:
        """Return one part, which shares the memory of all examples; None if it is empty."""
        if place.start == place.stop:
            return None
        features, targets, padding = self._everything.features, self._everything.targets, self._everything.padding
        padding = None if padding is None else padding[:, place]
        weights = self._weights(self.data.mask(split) if targets.ndim == 3 else None) if split == "train" else None
        return Part(self.network, features[..., place], targets[..., place], padding, weights)

    def _columns_of(self, place: slice) -> slice | IntArray:
        """Return where the answers of some examples stand among all answers, time step after time step."""
        targets = self._everything.targets
        if targets.ndim < 3:
            return place
        return np.arange(targets[0].size).reshape(targets.shape[1:])[:, place].ravel()

    def _weights(self, mask: Array | None) -> Array | None:
        """Return how much each training answer counts, (1, examples) or (time, examples); None if all count alike."""
        data, labels = self.data, self.data.labels("train")
        found = example_weights(self.experiment.class_weight, labels, data.classes, data.weights, mask)
        return None if found is None else np.atleast_2d(found.T)


def finite(value: float) -> float | None:
    """Return ``value``, or None where it is no finite number."""
    return value if isfinite(value) else None
