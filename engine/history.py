"""History: what is written down while a network trains, at steps that depend on nothing but their number."""

from typing import Any, Generic, TypeVar

R = TypeVar("R", bound=dict[str, Any])

METRICS_SHARE = 256
DISTRIBUTIONS_SHARE = 16


class History(Generic[R]):
    """Records (dictionaries with a "step"), ever farther apart: after step s the next is due at s + max(1, s // share).

    So a curve over log(step) is evenly dense, its length grows with the logarithm of the steps only, and neither pauses
    nor the frame rate change it.
    """

    def __init__(self, share: int) -> None:
        """Start empty; the first record is due at step 0."""
        self.share = share
        self.records: list[R] = []

    @property
    def due(self) -> int:
        """The step of the next record."""
        if not self.records:
            return 0
        last: int = self.records[-1]["step"]
        return last + max(1, last // self.share)
