"""Schedules: how the learning rate α changes from epoch to epoch.

``epoch`` is the number of completed passes over the training set, t in the formulas, so the first pass has t = 0.
"""

from math import cos, pi, sqrt
from typing import Annotated

from annotated_types import Ge, Gt, Interval

from engine.registry import Component, Help, Registry, Slider


class Schedule(Component):
    """How the learning rate changes while training goes on."""

    def factor(self, epoch: int) -> float:
        """Return what the optimizer's learning rate is multiplied by after ``epoch`` completed passes."""
        raise NotImplementedError


schedules: Registry[Schedule] = Registry(
    "schedules", Schedule, "Schedule", "How the learning rate changes: long strides first, small ones near the goal."
)


@schedules.register("constant")
class Constant(Schedule):
    """Keeps the learning rate as it is."""

    title = "Constant"
    formula = r"\alpha = \alpha_0"
    try_this = "Batch size 1 and a learning rate of 0.3: the loss keeps jumping, because the steps never get shorter."
    source = "Robbins and Monro, 1951 (why one may want otherwise)"

    def factor(self, epoch: int) -> float:
        """Return 1."""
        return 1.0


@schedules.register("inverse_time")
class InverseTime(Schedule):
    """Divides the learning rate by a number that grows steadily.

    The 1 in the denominator matters: the notes once print α₀ / (decay · epoch), which starts by dividing by zero.
    """

    title = "Inverse time"
    formula = r"\alpha = \frac{\alpha_0}{1 + d\,t}"
    try_this = "Batch size 1 with decay 0.1: the jumps of the loss become smaller and smaller."
    source = "Robbins and Monro, 1951"

    decay: Annotated[
        float,
        Ge(0),
        Slider(0.001, 1, "log"),
        Help("Decay", "How quickly the learning rate falls: after 1/decay epochs it is halved.", r"d"),
    ] = 0.1

    def factor(self, epoch: int) -> float:
        """Return 1 / (1 + decay · epoch)."""
        return 1 / (1 + self.decay * epoch)


@schedules.register("exponential")
class Exponential(Schedule):
    """Multiplies the learning rate by the same number after every epoch."""

    title = "Exponential"
    formula = r"\alpha = \alpha_0\,b^{t}"
    try_this = "Base 0.5: after ten epochs the learning rate is a thousandth and training stands still."
    source = "Ng, 2017 (course notes)"

    base: Annotated[
        float,
        Interval(gt=0, le=1),
        Slider(0.8, 1, step=0.01),
        Help("Base", "What remains of the learning rate after each epoch.", r"b"),
    ] = 0.95

    def factor(self, epoch: int) -> float:
        """Return base^epoch."""
        return float(self.base**epoch)


@schedules.register("inverse_sqrt")
class InverseSqrt(Schedule):
    """Lets the learning rate fall quickly at first, then more and more slowly.

    The notes count epochs from 1, hence t + 1.
    """

    title = "Inverse square root"
    formula = r"\alpha = \frac{k}{\sqrt{t + 1}}\,\alpha_0"
    try_this = "Compare with inverse time after 100 epochs: a tenth is left here, a hundredth there with decay 1."
    source = "Nesterov, 1983 (subgradient method); Ng, 2017"

    k: Annotated[
        float, Gt(0), Slider(0.1, 10, "log"), Help("k", "What the learning rate is multiplied by at the start.", r"k")
    ] = 1.0

    def factor(self, epoch: int) -> float:
        """Return k / √(epoch + 1)."""
        return self.k / sqrt(epoch + 1)


@schedules.register("step")
class Step(Schedule):
    """Keeps the learning rate for a while, then cuts it at once; again and again."""

    title = "Steps"
    formula = r"\alpha = \alpha_0\,c^{\lfloor t / s \rfloor}"
    try_this = "Batch size 1 and a cut every 20 epochs: the loss curve calms down at each cut."
    source = "Krizhevsky, Sutskever and Hinton, 2012"

    every: Annotated[
        int, Ge(1), Slider(1, 200, "log", step=1), Help("Every", "Epochs from one cut to the next.", r"s")
    ] = 20
    cut: Annotated[
        float,
        Interval(gt=0, le=1),
        Slider(0.1, 1, step=0.05),
        Help("Cut", "What remains of the learning rate after a cut.", r"c"),
    ] = 0.5

    def factor(self, epoch: int) -> float:
        """Return cut^⌊epoch / every⌋."""
        return float(self.cut ** (epoch // self.every))


@schedules.register("cosine")
class Cosine(Schedule):
    """Glides from the full learning rate down to its end along half a wave of the cosine, and stays there."""

    title = "Cosine"
    formula = r"\alpha = \alpha_0 \left(f + \frac{1 - f}{2} \left(1 + \cos\frac{\pi \min(t, T)}{T}\right)\right)"
    try_this = "Set the duration to 50 epochs, with a large learning rate: most of the gain comes in the second half."
    source = "Loshchilov and Hutter, 2016"

    epochs: Annotated[
        int, Ge(1), Slider(10, 1000, "log", step=1), Help("Duration", "Epochs until the end is reached.", r"T")
    ] = 100
    final: Annotated[
        float,
        Interval(ge=0, le=1),
        Slider(0, 0.5, step=0.01),
        Help("End", "Which part of the learning rate remains at the end.", r"f"),
    ] = 0.0

    def factor(self, epoch: int) -> float:
        """Return the height of the half wave after ``epoch`` passes."""
        return self.final + (1 - self.final) * 0.5 * (1 + cos(pi * min(epoch, self.epochs) / self.epochs))


@schedules.register("warmup")
class Warmup(Schedule):
    """Starts with small steps and lengthens them over the first epochs, then keeps the full learning rate.

    The first pass already has 1/T of it, not zero.
    """

    title = "Warm-up"
    formula = r"\alpha = \alpha_0 \min\!\left(1, \frac{t + 1}{T}\right)"
    try_this = "Choose a learning rate that just diverges, then warm up over 10 epochs: sometimes it survives."
    source = "Goyal et al., 2017"

    epochs: Annotated[
        int, Ge(1), Slider(1, 100, "log", step=1), Help("Duration", "Epochs until the full learning rate.", r"T")
    ] = 5

    def factor(self, epoch: int) -> float:
        """Return (epoch + 1) / epochs, at most 1."""
        return min(1.0, (epoch + 1) / self.epochs)
