"""Which crew keeps the workers running, by the settings."""

from app.live.crew import Crew, Subprocesses
from app.live.dask_crew import LOCAL, DaskCrew
from app.settings import Settings


def choose_crew(settings: Settings) -> Crew:
    """Return the crew that an operator has chosen."""
    if settings.dask is None:
        return Subprocesses(settings.workers)
    share = settings.worker_secret is None
    if settings.dask == LOCAL:
        return DaskCrew(LOCAL, "tcp://127.0.0.1:0", local_size=settings.workers, shares_secret=share)
    return DaskCrew(settings.dask, settings.listen_workers, shares_secret=share)
