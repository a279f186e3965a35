"""An experiment: every choice of a learner, plus one seed. The same experiment gives the same numbers, bit for bit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Interval, Len

from engine.activations import Activation, activations
from engine.bounds import check_bounds
from engine.clipping import Clipping, clippings
from engine.data import SPLITS, Data, shape_of
from engine.datasets import Dataset
from engine.errors import ExperimentError
from engine.initializers import Initializer, initializers
from engine.layers import Dense, Embedding, Layer
from engine.losses import Loss, losses
from engine.optimizers import Optimizer, optimizers
from engine.registry import Help, Slider, Suits
from engine.regularizers import Regularizer, regularizers
from engine.schedules import Schedule, schedules
from engine.stopping import Stopping, stoppings
from engine.types import Task
from engine.weighting import ClassWeight, class_weights

MAXIMUM_LAYERS = 32
MAXIMUM_PARAMETERS = 1_000_000
MAXIMUM_BUFFERS = 50_000_000
"""Numbers that a step may keep for all examples of a batch (400 MB)."""
MAXIMUM_SEED = 2**32 - 1

DEFAULT_OUTPUT: dict[Task, str] = {"binary": "sigmoid", "multiclass": "softmax", "regression": "linear"}
DEFAULT_LOSS: dict[Task, str] = {
    "binary": "binary_cross_entropy",
    "multiclass": "categorical_cross_entropy",
    "regression": "squared_error",
}
# mypy does not see that registered classes are dataclasses.
DEFAULT_LAYERS: tuple[Layer, ...] = (Dense(units=4), Dense(units=2))  # type: ignore[call-arg]


@dataclass(frozen=True)
class Output:
    """The last layer: its units follow from the task, only these two remain to be chosen."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

    activation: Annotated[
        Activation | None,
        Help(
            "Output activation", "What turns the last sums into an answer; left out, the one that suits the task.", "g"
        ),
    ] = None
    initializer: Annotated[
        Initializer, Help("Output initializer", "How the output's first weights are drawn.", "W_0")
    ] = initializers["glorot_uniform"]()


@dataclass(frozen=True)
class Experiment:
    """Everything that decides what a run computes."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

    seed: Annotated[
        int,
        Interval(ge=0, le=MAXIMUM_SEED),
        Help("Seed", "Where all chance starts: the same seed draws the same examples, weights and order."),
    ] = 7
    data: Annotated[Data, Help("Data", "What the network learns from.")] = Data()
    layers: Annotated[
        tuple[Layer, ...],
        Len(0, MAXIMUM_LAYERS),
        Help("Hidden layers", "What stands between the features and the output, in order.", "L"),
    ] = DEFAULT_LAYERS
    output: Annotated[Output, Help("Output", "The last layer.")] = Output()
    loss: Annotated[
        Loss | None,
        Help("Loss", "What is made small; left out, the one that suits the task.", r"\mathcal{L}"),
    ] = None
    class_weight: Annotated[
        ClassWeight,
        Suits(tasks=("binary", "multiclass")),
        Help("Class weights", "How much the examples of each class count in the cost.", "w_c"),
    ] = class_weights["none"]()
    regularizer: Annotated[Regularizer, Help("Regularization", "A price on large weights, added to the loss.")] = (
        regularizers["none"]()
    )
    optimizer: Annotated[Optimizer, Help("Optimizer", "How the weights follow the gradient.")] = optimizers[
        "gradient_descent"
    ]()
    clipping: Annotated[
        Clipping, Help("Gradient clipping", "A limit on the gradient before the weights follow it.")
    ] = clippings["none"]()
    schedule: Annotated[
        Schedule, Help("Schedule", "How the learning rate changes from epoch to epoch.", r"\alpha(t)")
    ] = schedules["constant"]()
    stopping: Annotated[Stopping, Help("Stopping", "When training has done enough; looked at after every epoch.")] = (
        stoppings["none"]()
    )
    batch_size: Annotated[
        int,
        Interval(ge=1, le=1_000_000),
        Slider(1, 256, scale="log", step=1),
        Help("Batch size", "How many examples one step averages over; more than there are means all of them."),
    ] = 10
    shuffle: Annotated[bool, Help("Shuffle", "Go through the training examples in a new order in every epoch.")] = True
    dtype: Annotated[
        Literal["float64", "float32"],
        Help("Precision", "How many bits a number has: 64 for exact checks, 32 for speed in large networks."),
    ] = "float64"


def complete(experiment: Experiment) -> Experiment:
    """Fill in what was left to the task, and refuse what cannot be trained.

    The answer has features, split, output activation and loss; completing it again changes nothing. ExperimentError
    names the field, the value and what is allowed.
    """
    check_bounds(experiment)
    experiment.data.dataset.check()
    data = experiment.data.completed()
    activation, loss = _choose_output(data.dataset.task, experiment.output.activation, experiment.loss)
    shape = network_shape(experiment.layers, shape_of(data.dataset, data.chosen_features()))
    class_weight = experiment.class_weight.completed(data.dataset)
    class_weight.check(data.dataset)
    _check_stopping(experiment.stopping, data)
    _check_embeddings(experiment.layers, data.dataset)
    _check_layers(experiment.layers, shape, data.dataset)
    _check_memory(experiment.layers, shape, min(experiment.batch_size, data.dataset.samples))
    output = replace(experiment.output, activation=activation)
    return replace(experiment, data=data, output=output, loss=loss, class_weight=class_weight)


def _choose_output(task: Task, activation: Activation | None, loss: Loss | None) -> tuple[Activation, Loss]:
    """Return the pair, the missing ones chosen: the task's own if they fit, else the first in the menu that does."""
    if activation is not None:
        _check_activation(task, activation)
    if loss is not None:
        _check_loss(task, loss)
    chosen = activation or activations[_default_activation(task, loss)]()
    found = loss or losses[next(_fitting_losses(task, chosen))]()
    if not _follows(found, chosen):
        allowed = ", ".join(found.outputs or ())
        message = f"{found.kind!r} cannot follow the output activation {chosen.kind!r}; it can follow {allowed}"
        raise ExperimentError("loss", message)
    return chosen, found


def _default_activation(task: Task, loss: Loss | None) -> str:
    default = DEFAULT_OUTPUT[task]
    return default if loss is None or loss.outputs is None or default in loss.outputs else loss.outputs[0]


def _fitting_losses(task: Task, activation: Activation) -> Iterator[str]:
    preferred = losses[DEFAULT_LOSS[task]]
    return (loss.kind for loss in (preferred, *losses) if task in loss.tasks and _follows(loss, activation))


def _follows(loss: Loss | type[Loss], activation: Activation) -> bool:
    return loss.outputs is None or activation.kind in loss.outputs


def _check_activation(task: Task, activation: Activation) -> None:
    if activation.kind == "softmax" and task != "multiclass":
        message = "'softmax' over a single output is always 1; it needs a task of several classes"
        raise ExperimentError("output.activation", message)


def _check_loss(task: Task, loss: Loss) -> None:
    if task not in loss.tasks:
        allowed = ", ".join(kind.kind for kind in losses if task in kind.tasks)
        raise ExperimentError("loss", f"{loss.kind!r} does not fit a {task} task; allowed are {allowed}")


def _check_stopping(rule: Stopping, data: Data) -> None:
    """Refuse a rule that looks at a part without examples."""
    assert data.split is not None
    sizes = dict(zip(SPLITS, data.split.sizes(data.dataset.samples), strict=True))
    if rule.needs_metrics and not sizes[rule.split]:
        filled = ", ".join(split for split in SPLITS if sizes[split])
        message = (
            f"{rule.kind!r} looks at the {rule.split} loss, and the {rule.split} part has no examples; "
            f"give data.split.{rule.split} a share, or look at {filled}"
        )
        raise ExperimentError("stopping.split", message)


def network_shape(layers: tuple[Layer, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape in which ``layers`` get an example of ``shape``: as it is, or flat.

    The first layer that minds decides: a dense layer sees the pixels of an image, or all steps of a sequence, in a row.
    """
    wanted = next((layer.input_rank for layer in layers if layer.input_rank is not None), 1)
    return (prod(shape),) if wanted == 1 else shape


def _check_embeddings(layers: tuple[Layer, ...], dataset: Dataset) -> None:
    """Refuse embeddings of anything but symbols: they come first, and have a row for each symbol and for padding."""
    for number, layer in enumerate(layers):
        if not isinstance(layer, Embedding):
            continue
        field, alphabet = f"layers.{number}", dataset.alphabet
        if number or alphabet is None or len(dataset.input_shape) != 1:
            found = f"layer {number + 1}" if number else f"on examples of the shape {dataset.input_shape}"
            message = (
                "an embedding looks up symbols, so it must be the first layer, on a dataset whose encoding is tokens; "
                f"this is {found}"
            )
            raise ExperimentError(field, message)
        if layer.input_dim <= len(alphabet):
            message = f"{layer.input_dim} is too small; {len(alphabet)} symbols and padding need {len(alphabet) + 1}"
            raise ExperimentError(f"{field}.input_dim", message)


def _check_layers(layers: tuple[Layer, ...], shape: tuple[int, ...], dataset: Dataset) -> None:
    """Refuse layers that cannot take what comes before them, and networks that are too large."""
    sizes = []
    for number, layer in enumerate(layers):
        try:
            following = layer.output_shape(shape)
        except ValueError as error:
            raise ExperimentError(f"layers.{number}", f"{layer.kind}: {error}{_advice(shape, dataset)}") from error
        sizes.append(sum(prod(part) for part in layer.parameter_shapes(shape).values()))
        shape = following
    _check_end(layers, shape, dataset)
    parameters = sum(sizes) + (shape[-1] + 1) * dataset.output_units
    if parameters > MAXIMUM_PARAMETERS:
        message = f"{parameters:,} parameters are too many; at most {MAXIMUM_PARAMETERS:,}"
        if sizes:
            most = sizes.index(max(sizes))
            message += f"; layers.{most}, {layers[most].kind}, has {sizes[most]:,} of them"
        raise ExperimentError("layers", message)


def _advice(shape: tuple[int, ...], dataset: Dataset) -> str:
    """Return what else may help where a layer cannot take ``shape``."""
    if dataset.alphabet is not None and shape == dataset.input_shape and len(shape) == 1:
        return "; symbols that come as numbers need an embedding before it, or the encoding one_hot"
    return ""


def _check_end(layers: tuple[Layer, ...], shape: tuple[int, ...], dataset: Dataset) -> None:
    """Refuse what the output cannot take: it needs a sequence for an answer at every time step, else a flat row."""
    wanted = 2 if dataset.per_step else 1
    if len(shape) == wanted:
        return
    source = f"the shape {shape}" + (f" from {layers[-1].kind}" if layers else "")
    if dataset.per_step:
        message = f"an answer is due after every time step, so the output needs a sequence, and gets {source}"
        way = "a recurrent layer with return_sequences passes one on"
    else:
        message = f"the output needs a flat row of numbers, and gets {source}"
        way = "end with a flatten layer" if len(shape) == 3 else "turn return_sequences off in the last recurrent layer"
    raise ExperimentError("layers", f"{message}; {way}")


def _check_memory(layers: tuple[Layer, ...], shape: tuple[int, ...], batch: int) -> None:
    """Refuse a step that would need too much memory."""
    numbers, shapes = [], []
    for layer in layers:
        numbers.append(layer.numbers(shape) * batch)
        shapes.append(shape)
        shape = layer.output_shape(shape)
    if sum(numbers) > MAXIMUM_BUFFERS:
        most = numbers.index(max(numbers))
        message = (
            f"a step on {batch:,} examples would keep {sum(numbers):,} numbers in the layers; at most "
            f"{MAXIMUM_BUFFERS:,}; layers.{most}, {layers[most].kind} of the shape {shapes[most]}, keeps "
            f"{numbers[most]:,} of them"
        )
        raise ExperimentError("batch_size", message)
