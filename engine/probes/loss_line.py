"""The loss along a line through the present parameters."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Interval

from engine.landscape import Landscape, random_direction
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.registry import Help, Slider

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("loss_line")
class LossLine(Probe):
    """How the loss changes if all weights are moved together along one random direction, both ways."""

    title = "Loss along a line"
    formula = r"J(\theta + s\,d),\quad \lVert d_j \rVert = \lVert \theta_j \rVert"
    try_this = "Compare batch sizes of 1 and of 250 after long training: how wide is the valley they ended in?"
    source = "Goodfellow, Vinyals and Saxe, 2015; Li, Xu, Taylor, Studer and Goldstein, 2018"

    resolution: Annotated[
        int, Interval(ge=3, le=401), Slider(11, 201, step=10), Help("Resolution", "How many points on the line.")
    ] = 51
    reach: Annotated[
        float,
        Interval(gt=0, le=10),
        Slider(0.1, 3, step=0.1),
        Help("Reach", "How far to go each way; 1 changes every unit by as much as it has.", "s"),
    ] = 1.0
    direction: Annotated[
        int, Interval(ge=0, le=2**32 - 1), Slider(0, 20, step=1), Help("Direction", "Which random direction.")
    ] = 0

    def measure(self, training: "Training") -> Measurement:
        """Return ``positions`` and ``losses`` (points,): mean loss plus penalty; NaN where it is not finite.

        In the meta data: how many ``points`` and ``examples`` the budget allowed, and the loss ``here``.
        """
        landscape, here = Landscape(training, self.resolution), training.state.theta
        direction = random_direction(training.network, np.random.default_rng(self.direction))
        if not direction.any():
            raise ProbeUnavailable("All weights are zero, so there is no length to measure a step by.")
        positions = np.linspace(-self.reach, self.reach, landscape.points)
        losses = np.array([landscape.height(here + position * direction) for position in positions])
        height = landscape.height(here)
        meta = {
            "points": landscape.points,
            "examples": landscape.examples,
            "here": None if np.isnan(height) else height,
        }
        return Measurement({"positions": positions, "losses": losses}, meta)
