"""What holds for every probe."""

import json
from contextlib import suppress
from itertools import product

import numpy as np
import pytest

from engine.probes import ProbeUnavailable, probes
from engine.probes.probe import reach, to_bytes
from engine.training import Training
from tests.engine.probes.measuring import SUBJECTS, measure, subject


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 1.0), (-37.5, 2.0)])
def test_a_byte_is_within_half_a_shade(low: float, high: float):
    values = np.linspace(low, high, 1001)
    coarse = to_bytes(values, low, high)
    assert (coarse[0], coarse[-1]) == (0, 255)
    assert np.abs(low + coarse / 255 * (high - low) - values).max() <= (high - low) / 510 * (1 + 1e-9)


@pytest.mark.parametrize(
    ("values", "expected"), [([1.0, -3.0], 3), ([0.0, 0.0], 1), ([2.0, np.inf], 1), ([2.0, np.nan], 1)]
)
def test_colours_reach_the_largest_size(values: list[float], expected: float):
    assert reach(np.array(values)) == expected


@pytest.mark.parametrize(("experiment", "kind"), list(product(SUBJECTS, probes.kinds)))
def test_meta_data_are_plain_json(experiment: str, kind: str):
    training = Training(SUBJECTS[experiment])
    training.advance(3)
    with suppress(ProbeUnavailable):
        meta = measure(training, kind).meta
        assert json.loads(json.dumps(meta, allow_nan=False)) == meta


@pytest.mark.parametrize("kind", probes.kinds)
def test_looking_changes_nothing(kind: str):
    experiment = subject(kind)
    watched, alone = Training(experiment), Training(experiment)
    for _ in range(3):
        with suppress(ProbeUnavailable):
            measure(watched, kind)
        watched.advance(7)
    alone.advance(21)
    assert watched.parameters() == alone.parameters()
    assert watched.history == alone.history
