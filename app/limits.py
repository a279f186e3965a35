"""Limits: how much one address may ask for. Several clients can share one (a class behind one router), so it is much.

A budget is a bucket that is refilled steadily: what was not used lately may be used at once, which suits people who
open a page together. The arithmetic is that of the generic cell rate algorithm (ITU-T I.371, 1993): instead of a level
one time is kept, at which the bucket is full again; a bucket that is full is not kept at all.
"""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import monotonic

from starlette.requests import HTTPConnection

from app.problems import Problem
from app.settings import Settings

MOST_FLOODS, FLOOD_SECONDS = 30, 5.0
"""An address whose streams were closed for too many messages so often opens others only at this pace, in seconds."""
FIRST_CLEANING = 1024
"""Once so many addresses are known, those that have asked for nothing lately are forgotten."""
ROUNDING = 1e-6
"""Seconds that are no difference."""
CALL, HANDSHAKE, FILE = 1.0, 5.0, 0.1
"""What a request costs, in calls: a stream starts tasks of its own and makes a worker draw. A page has 140 files, and a
class of 300 behind one router may open it in the same second."""


class Bucket:
    """What one party may still spend."""

    def __init__(self, rate: float, burst: float) -> None:
        """Start full, with ``burst``; ``rate`` comes back in a second."""
        self._seconds, self._burst_seconds = 1 / rate, burst / rate
        self._full = 0.0

    def spend(self, cost: float, now: float) -> float:
        """Spend ``cost`` at the time ``now``; return 0, or in how many seconds it could be spent if it cannot yet."""
        wait = self.wait(cost, now)
        if not wait:
            self._full = max(self._full, now) + cost * self._seconds
        return wait

    def wait(self, cost: float, now: float) -> float:
        """Return in how many seconds ``cost`` could be spent; 0 if it can be at the time ``now``."""
        wait = max(self._full, now) + cost * self._seconds - now - self._burst_seconds
        return wait if wait > ROUNDING else 0.0

    def is_full(self, now: float) -> bool:
        """Return whether all may be spent that ever may be at once."""
        return self._full <= now


class Budgets:
    """A bucket for each address."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = monotonic) -> None:
        """Let each address spend ``burst`` at once and ``rate`` a second."""
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: dict[str, Bucket] = {}
        self._cleaning = FIRST_CLEANING

    def __len__(self) -> int:
        """How many addresses are known."""
        return len(self._buckets)

    def spend(self, address: str, cost: float = 1.0) -> float:
        """Spend ``cost``; return 0, or in how many seconds the address could spend it if it cannot yet."""
        now = self._clock()
        if len(self._buckets) >= self._cleaning:
            self._forget(now)
        bucket = self._buckets.get(party(address))
        if bucket is None:
            bucket = self._buckets[party(address)] = Bucket(self._rate, self._burst)
        return bucket.spend(cost, now)

    def wait(self, address: str, cost: float = 1.0) -> float:
        """Return in how many seconds an address could spend ``cost``; 0 if it can now."""
        bucket = self._buckets.get(party(address))
        return 0.0 if bucket is None else bucket.wait(cost, self._clock())

    def _forget(self, now: float) -> None:
        self._buckets = {name: bucket for name, bucket in self._buckets.items() if not bucket.is_full(now)}
        self._cleaning = max(FIRST_CLEANING, 2 * len(self._buckets))


def address_of(connection: HTTPConnection) -> str:
    """Return the address of who asks; behind a trusted proxy that is not the proxy's."""
    return connection.client.host if connection.client else ""


@lru_cache(4096)
def party(address: str) -> str:
    """Return who stands for an address: whoever has one of version 6 has 2⁶⁴ of them."""
    try:
        number = ip_address(address)
    except ValueError:
        return address
    if not isinstance(number, IPv6Address):
        return address
    return str(number.ipv4_mapped or IPv6Address(int(number) >> 64 << 64))


def new_session_budgets(settings: Settings) -> Budgets:
    """Return what addresses may spend on making sessions."""
    return Budgets(settings.new_sessions_per_minute / 60, settings.new_sessions_per_minute)


def flood_budgets() -> Budgets:
    """Return how many streams addresses may flood before they may open no more for a while."""
    return Budgets(1 / FLOOD_SECONDS, MOST_FLOODS)


def too_fast(what: str, wait: float) -> Problem:
    """Return the refusal of something for which the budget is spent: ``what`` says the limit."""
    seconds = ceil(wait)
    return Problem(429, f"{what} Try again in {seconds} s.", headers={"Retry-After": str(seconds)})
