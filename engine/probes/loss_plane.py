"""The loss on a plane through the present parameters: the landscape in which training found its way."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from annotated_types import Interval

from engine.landscape import Landscape, principal_directions, random_direction
from engine.probes.probe import Arrays, Measurement, Probe, ProbeUnavailable, probes
from engine.registry import Help, Slider
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training

MARGIN = 0.3
"""How much of the path's extent is shown beyond it on each side."""


@probes.register("loss_plane")
class LossPlane(Probe):
    """The loss as a landscape, on the plane in which most of the way of training lies, with the way itself drawn in."""

    title = "Loss landscape"
    formula = r"J(\theta + u\,d_1 + v\,d_2)"
    try_this = "Momentum 0.99 against plain gradient descent: one path swings through the valley, the other follows it."
    source = "Li, Xu, Taylor, Studer and Goldstein, 2018"

    resolution: Annotated[
        int,
        Interval(ge=3, le=101),
        Slider(11, 51, step=2),
        Help("Resolution", "How many points across and how many down."),
    ] = 25
    plane: Annotated[
        Literal["path", "random"],
        Help("Plane", "Through the way that training has taken (principal components), or two random directions."),
    ] = "path"
    reach: Annotated[
        float,
        Interval(gt=0, le=10),
        Slider(0.1, 3, step=0.1),
        Help("Reach", "How far to go in a random plane; 1 changes every unit by as much as it has."),
    ] = 1.0
    direction: Annotated[
        int, Interval(ge=0, le=2**32 - 1), Slider(0, 20, step=1), Help("Direction", "Which random directions.")
    ] = 0

    def measure(self, training: "Training") -> Measurement:
        """Return ``losses`` (rows, columns), row 0 at the top (largest v), and the coordinates ``u`` and ``v``.

        Losses are mean loss plus penalty, NaN where not finite; the present parameters stand at (0, 0). ``path``
        (points, 2) is the way there in these coordinates, taken at ``steps``; ``explained`` in the meta data says for
        each direction which share of the way's squared distances lies along it (null in a random plane); ``points``
        along a side and ``examples`` are how many the budget allowed.
        """
        points = [row["theta"].astype(np.float64) for row in training.path] + [training.state.theta]
        way = np.array(points) - training.state.theta
        directions, explained = self._directions(training, way)
        places = way @ np.linalg.pinv(directions)
        landscape = Landscape(training, self.resolution, across=2)
        u, v = self._coordinates(places, landscape.points)
        here = training.state.theta
        losses = [[landscape.height(here + x * directions[0] + y * directions[1]) for x in u] for y in v[::-1]]
        arrays: Arrays = {"losses": np.array(losses), "u": u, "v": v[::-1].copy(), "path": places}
        arrays["steps"] = np.array([*(row["step"] for row in training.path), training.state.step], np.float64)
        meta: dict[str, Any] = {"points": landscape.points, "examples": landscape.examples, "explained": explained}
        return Measurement(arrays, meta)

    def _directions(self, training: "Training", way: Array) -> tuple[Array, list[float] | None]:
        if not np.isfinite(training.state.theta).all():
            raise ProbeUnavailable("The parameters are no longer finite numbers.")
        if self.plane == "random":
            rng = np.random.default_rng(self.direction)
            directions = np.array([random_direction(training.network, rng) for _ in range(2)])
            if not directions.any():
                raise ProbeUnavailable("All weights are zero, so there is no length to measure a step by.")
            return directions, None
        if len(way) > 2:
            directions, shares = principal_directions(way)
            if shares.all():
                return directions, shares.tolist()
        raise ProbeUnavailable("There is no way yet that would span a plane: train a few steps, or choose random.")

    def _coordinates(self, places: Array, points: int) -> tuple[Array, Array]:
        """Return u and v: around the path as a square (so distances are true), or as far as wished."""
        if self.plane == "random":
            along = np.linspace(-self.reach, self.reach, points)
            return along, along
        low, high = places.min(axis=0), places.max(axis=0)
        half = (high - low).max() * (0.5 + MARGIN)
        u, v = (np.linspace(middle - half, middle + half, points) for middle in (low + high) / 2)
        return u, v
