"""Networks: layers in a row with names, their parameters, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

import numpy as np

from engine.activations import Activation
from engine.calls import Calls, run
from engine.experiment import Experiment, network_shape
from engine.layers import Dense, Layer
from engine.layers.dense import add_sums, steps_as_examples
from engine.parameters import Layout, Parameters, Shape, Views
from engine.plan import Builder, Signal
from engine.streams import stream
from engine.types import Array, BoolArray

MAXIMUM_BLOCK = 4096
"""More examples than this are predicted in several blocks."""
BLOCK_NUMBERS = 2_000_000
"""A block holds no more activations than this."""


class NamedLayer(NamedTuple):
    """A layer in its place."""

    name: str
    """As Keras names it: "dense_1", "dropout_1", …; the last one is "output"."""
    layer: Layer
    input_shape: Shape
    output_shape: Shape

    @property
    def activation(self) -> Activation | None:
        """The activation function, if the layer has one."""
        return getattr(self.layer, "activation", None)


@dataclass(frozen=True, eq=False)
class Walk:
    """What a walk through all layers has built."""

    values: dict[str, Array]
    """The activations of each layer, by name, (units, examples); of one whose activation waits, the sums."""
    traces: dict[str, dict[str, Array]]
    """What recurrent layers keep of every time step: states, gates, ∂L/∂h, by layer and name."""
    logits: Array
    """The sums of the output layer; where every time step has an answer, (units, time · examples)."""
    outputs: Array
    output_gradient: Array | None
    """Where ∂L/∂logits belongs."""
    padding: BoolArray | None
    """Which answers count for nothing, (time, examples), if every time step has one and some are padded."""


class Prediction:
    """The forward pass in prediction mode for one number of examples: write ``inputs``, run, read."""

    def __init__(self, network: "Network", batch: int, together: bool = False) -> None:
        """Prepare the calls; with ``together`` the values of all layers lie on one :attr:`shelf`."""
        builder = network.builder(batch)
        x = builder.signal(network.input_shape, trained=False)
        self.shelf = builder.keep_together(network.rows * batch) if together else None
        self._walk, self.calls = network.compile(builder, x), builder.forward
        self.inputs, self.logits, self.outputs = x.augmented[:-1], self._walk.logits, self._walk.outputs
        self.values, self.traces = self._walk.values, self._walk.traces
        self.padding = self._walk.padding
        """Which answers count for nothing, see :class:`Walk`; the next run overwrites it."""

    @property
    def length(self) -> int:
        """How many calls a run makes."""
        return len(self.calls)

    def run(self) -> None:
        """Compute ``values`` (by layer), ``logits`` and ``outputs``; the next run overwrites them."""
        with np.errstate(all="ignore"):
            run(self.calls)


class Network:
    """The layers of an experiment and the output layer, with their parameters."""

    def __init__(
        self, layers: tuple[NamedLayer, ...], dtype: np.dtype[Any] | type = np.float64, padded: bool = False
    ) -> None:
        """Make a network whose parameters are zeros; see :func:`build` and :meth:`initialise`.

        ``padded``: whether time steps at the end of which all numbers are zero are none, as for Keras's masks.
        """
        self.layers, self.padded = layers, padded
        shapes = {name: layer.parameter_shapes(shape) for name, layer, shape, _ in layers}
        self.parameters = Parameters(Layout(shapes), dtype)
        kept = {name: layer.initial_statistics(shape) for name, layer, shape, _ in layers}
        sizes = {name: {part: values.shape for part, values in parts.items()} for name, parts in kept.items()}
        self.statistics = Parameters(Layout(sizes, penalised=()), dtype)
        """What layers keep beside what is learned: the moving averages of batch normalization."""
        self._predictions: dict[int, Prediction] = {}

    @property
    def input_shape(self) -> Shape:
        """Shape of one example as the network sees it."""
        return self.layers[0].input_shape

    @property
    def output(self) -> Dense:
        """The last layer."""
        layer = self.layers[-1].layer
        assert isinstance(layer, Dense)
        return layer

    @property
    def activation(self) -> Activation:
        """The output's activation function."""
        return self.output.activation

    @cached_property
    def numbers(self) -> int:
        """How many numbers are kept for each example, or nearly so."""
        return prod(self.input_shape) + sum(layer.numbers(shape) for _, layer, shape, _ in self.layers)

    @cached_property
    def rows(self) -> int:
        """How many rows the outputs of all layers have with the rows of ones below them; of the last one also z."""
        shapes = [layer.output_shape for layer in self.layers]
        return sum(prod(shape) + 1 for shape in (*shapes, shapes[-1]))

    @property
    def block(self) -> int:
        """How many examples are best predicted at a time."""
        return max(64, min(MAXIMUM_BLOCK, BLOCK_NUMBERS // self.numbers))

    def initialise(self, seed: int) -> None:
        """Draw all parameters; each layer has its own stream, so no layer's numbers depend on another layer."""
        for name, layer, shape, _ in self.layers:
            for part, values in layer.initial_parameters(shape, stream(seed, "initialisation", name)).items():
                self.parameters.views[name][part][...] = values
            for part, values in layer.initial_statistics(shape).items():
                self.statistics.views[name][part][...] = values

    @property
    def views(self) -> Views:
        """Parameters, and beside them what layers keep, by layer and name, as Keras lists a layer's weights."""
        kept = self.statistics.views
        return {layer: {**parts, **kept.get(layer, {})} for layer, parts in self.parameters.views.items()}

    def copy_from(self, other: "Network") -> None:
        """Take over the numbers of a network with the same layers, rounded to this one's precision.

        What is too large for it becomes infinity, with a warning where warnings are not ignored.
        """
        self.parameters.theta[...] = other.parameters.theta
        if self.statistics.theta.size:
            self.statistics.theta[...] = other.statistics.theta

    def builder(
        self,
        batch: int,
        gradients: Parameters | None = None,
        generators: Mapping[str, np.random.Generator] | None = None,
        keep_sums: bool = False,
    ) -> Builder:
        """Start a plan for this network; see :class:`Builder`."""
        return Builder(batch, self.parameters, gradients, generators, keep_sums, self.statistics)

    def compile(self, builder: Builder, x: Signal) -> Walk:
        """Add the calls of every layer; the output's activation has no backward calls here, they belong to the loss."""
        values, padding = {}, find_padding(builder, x.values) if self.padded else None
        for (name, layer, _, _), following in pairwise(self.layers):
            builder.layer, builder.picked_from = name, following.layer.picks
            x = builder.passed_on(layer, x._replace(padding=padding))
            builder.watch(x)
            values[name] = x.values
        builder.layer = self.layers[-1].name
        logits, outputs = self._compile_output(builder, x)
        values[builder.layer] = outputs
        padding = padding if x.values.ndim == 3 else None
        return Walk(values, builder.traces, logits.values, outputs, logits.gradient, padding)

    def prediction(self, batch: int) -> Prediction:
        """Return the forward pass for ``batch`` examples; the same one for the same number."""
        if batch not in self._predictions:
            if len(self._predictions) >= 4:
                self._predictions.pop(next(iter(self._predictions)))
            self._predictions[batch] = Prediction(self, batch)
        return self._predictions[batch]

    def predict(self, features: Array) -> Array:
        """Return the outputs (units, examples) for ``features`` (features, examples).

        Where every time step has an answer, (units, time, examples).
        """
        rows = (self.output.units, *self.layers[-1].input_shape[:-1])
        outputs = np.empty((*rows, features.shape[-1]), self.parameters.theta.dtype)
        for start in range(0, features.shape[-1], self.block):
            part = features[..., start : start + self.block]
            prediction = self.prediction(part.shape[-1])
            prediction.inputs[...] = part
            prediction.run()
            outputs[..., start : start + self.block] = prediction.outputs.reshape(*rows, -1)
        return outputs

    def _compile_output(self, builder: Builder, x: Signal) -> tuple[Signal, Array]:
        if x.values.ndim == 3:
            x = steps_as_examples(builder, x)
        columns, activation = x.values.shape[-1], self.activation
        apart = None if activation.kind == "linear" else builder.signal((self.output.units,), False, columns)
        logits = builder.signal((self.output.units,), columns=columns)
        add_sums(builder, x, logits.values, logits.gradient)
        outputs = logits.values if apart is None else apart.values
        builder.add(activation.forward(logits.values, outputs, builder.workspace), [])
        builder.sums[builder.layer] = logits.values
        return logits, outputs


def build(experiment: Experiment, shape: Shape, output_units: int) -> Network:
    """Return the network of a complete experiment for examples of ``shape``, its parameters still zeros."""
    activation = experiment.output.activation
    assert activation is not None
    chosen = {"activation": activation, "initializer": experiment.output.initializer}
    output = Dense(units=output_units, **chosen)  # type: ignore[call-arg]  # mypy cannot see through a registry
    shape = network_shape(experiment.layers, shape)
    named, counts = [], dict[str, int]()
    for layer in (*experiment.layers, output):
        counts[layer.kind] = counts.get(layer.kind, 0) + 1
        name = "output" if layer is output else f"{layer.kind}_{counts[layer.kind]}"
        following = layer.output_shape(shape)
        named.append(NamedLayer(name, layer, shape, following))
        shape = following
    sequences = any(layer.layer.input_rank == 2 for layer in named)
    return Network(tuple(named), np.dtype(experiment.dtype), experiment.data.dataset.padded and sequences)


def find_padding(builder: Builder, values: Array) -> BoolArray:
    """Add the calls that find the time steps after the last that is not all zeros; return where, (time, examples)."""
    steps = values.reshape(len(values), -1, values.shape[-1])
    nonzero, filled = np.zeros(steps.shape, np.bool_), np.zeros((2, len(steps), steps.shape[-1]), np.bool_)
    padding = np.zeros(filled.shape[1:], np.bool_)
    forward: Calls = [
        (np.not_equal, (steps, builder.workspace.scalar(0.0), nonzero)),
        (np.logical_or.reduce, (nonzero, 1, None, filled[0])),
        (np.logical_or.accumulate, (filled[0, ::-1], 0, None, filled[1, ::-1])),
        (np.logical_not, (filled[1], padding)),
    ]
    builder.add(forward, [])
    return padding


def generators(network: Network, seed: int) -> Mapping[str, np.random.Generator]:
    """Return the random stream of each layer's dropout, by the layer's name."""
    return {
        layer.name: stream(seed, "dropout", layer.name) for layer in network.layers if layer.layer.kind == "dropout"
    }
