"""Overview: what is known of all sessions and workers together, for operators and those who watch over the server."""

from datetime import UTC, datetime
from math import inf
from typing import Any, TypeAlias

from app.live.homes import Homes
from app.live.relay import RelayedHomes
from app.problems import Problem

AnyHomes: TypeAlias = Homes | RelayedHomes
ENDED = "The operator of this server has ended the session."


async def list_sessions(homes: AnyHomes) -> list[dict[str, Any]]:
    """Return what is known of every session, awake or asleep, without waking any; latest first."""
    return [describe(homes, *summary) for summary in await homes.archive.recent(inf)]


def describe(
    homes: AnyHomes, name: str, _kept: bytes, _title: str, created: float, touched: float, _epoch: int, playing: bool
) -> dict[str, Any]:
    """Return a line of the list."""
    entry = homes.entries.get(name)
    viewers = len(entry.audience.viewers) if entry else 0
    return {
        "id": name,
        "created": moment(created),
        "touched": moment(touched),
        "awake": entry is not None,
        "playing": playing,
        "viewers": viewers,
    }


def moment(seconds: float) -> str:
    """Return a time of the Unix clock as RFC 3339 has it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


async def end_session(homes: AnyHomes, name: str) -> None:
    """End a session for good, awake or asleep; Problem (404) if there is none."""
    entry = homes.entries.get(name)
    if entry is not None:
        homes.end(entry, ENDED)
    elif await homes.archive.find(name) is not None:
        homes.archive.delete([name])
    else:
        raise Problem(404, "There is no such session.")


def health(homes: AnyHomes) -> dict[str, Any]:
    """Return whether all is well: workers that run, calls that wait for their answers, and what keeps the store."""
    running, wanted, trouble = len(homes.pool.links), homes.pool.size, homes.archive.trouble
    return {
        "status": "ok" if running >= min(1, wanted) and trouble is None else "degraded",
        "workers": {
            "running": running,
            "ready": len(homes.pool.ready),
            "wanted": wanted,
            "restarts": homes.pool.restarts,
        },
        "queue": sum(link.waiting for link in homes.pool.links),
        "sessions": {"awake": len(homes.entries), "most": homes.settings.max_sessions},
        "viewers": sum(len(entry.audience.viewers) for entry in homes.entries.values()),
        "store": "ok" if trouble is None else trouble,
    }
