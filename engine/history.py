"""History: what is written down while a network trains, at steps that depend on nothing but their number."""

from typing import Any, Generic, TypeVar

R = TypeVar("R", bound=dict[str, Any])

METRICS_SHARE = 256
DISTRIBUTIONS_SHARE = 16
METRICS_NUMBERS, DISTRIBUTIONS_NUMBERS = 200_000, 50_000
"""A record that computes more activations than this waits as many steps longer as it computes times more."""


class History(Generic[R]):
    """Records (dictionaries with a "step"), ever farther apart: after s the next is due at s + max(least, s // share).

    So a curve over log(step) is evenly dense, its length grows with the logarithm of the steps only, and neither pauses
    nor the frame rate change it. ``least`` is 1 where records cost little, so that large networks need not spend their
    time on writing down.
    """

    def __init__(self, share: int, numbers: int) -> None:
        """Start empty; the first record is due at step 0, and one of up to ``numbers`` activations costs little."""
        self.share, self.numbers, self.least = share, numbers, 1
        self.records: list[R] = []

    @property
    def due(self) -> int:
        """The step of the next record."""
        if not self.records:
            return 0
        last: int = self.records[-1]["step"]
        return last + max(self.least, last // self.share)

    def expect(self, numbers: int) -> None:
        """Take note of how many activations a record computes from now on."""
        self.least = max(1, numbers // self.numbers)
