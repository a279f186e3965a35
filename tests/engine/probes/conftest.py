import pytest

from engine.training import Training
from tests.engine.probes.measuring import RELU


@pytest.fixture(scope="package")
def training() -> Training:
    """A network with dropout after thirty steps; tests only look at it."""
    made = Training(RELU)
    made.advance(30)
    return made
