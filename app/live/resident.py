"""Residents: the sessions that live with a worker, and what it knows of each."""

from dataclasses import dataclass

from app.live.keeping import Keeper
from app.live.session import Session


@dataclass(eq=False)
class Resident:
    """A session that lives with a worker."""

    session: Session
    keeper: Keeper
    epoch: int
    """Counts the places in which the session has lived, so that what a former one still says is not taken for true."""
    told: tuple[str, int]
    """Phase and version that viewers know."""
    turned: float | None = None
    """When its last turn began, by the monotonic clock, if it trained then."""

    def due(self, rest: float) -> float | None:
        """Return when there is something to do next; None if nothing is. Training rests until ``rest``."""
        session, training = self.session, self.session.due()
        training = training if training is None else max(training, rest)
        dues = training, session.channels.due(session.changes), self.keeper.due if self.keeper.has_news else None
        return min((due for due in dues if due is not None), default=None)
