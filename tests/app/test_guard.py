import asyncio

import pytest

from app.guard import MOST_REFUSED, Guard, Patience
from app.limits import flood_budgets
from app.settings import Settings


class Transport:
    """What the guard needs of a connection's transport."""

    def __init__(self) -> None:
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


class Connection:
    """A connection that gives a reason to be given up, or none."""

    def __init__(self, reason: str | None = None) -> None:
        self.transport, self.reason, self.looks = Transport(), reason, 0

    def look(self, now: float) -> str | None:
        self.looks += 1
        return self.reason


def in_loop(scenario) -> None:
    asyncio.run(scenario())


def test_patience_counts_from_when_something_began_to_be_what_it_is():
    patience = Patience()
    assert patience.waited("a", 1.0) == 0
    assert patience.waited("a", 4.0) == 3
    assert patience.waited("b", 5.0) == 0
    assert patience.waited(None, 9.0) == 0
    assert patience.waited("b", 10.0) == 0
    assert patience.waited("b", 12.0) == 2


def test_one_address_may_have_so_many_connections_and_others_still_come():
    async def scenario():
        guard = Guard(Settings(max_connections_per_address=2), 100, flood_budgets())
        connections = [Connection() for _ in range(4)]
        answers = [guard.admit(connection, "10.0.0.1") for connection in connections[:3]]
        assert [answer and answer.status for answer in answers] == [None, None, 429]
        assert guard.admit(connections[3], "10.0.0.2") is None
        for connection in connections[:2]:
            guard.leave(connection.transport)
        assert guard.admit(Connection(), "10.0.0.1") is None
        assert (len(guard), guard.refused) == (3, 1)

    in_loop(scenario)


def test_proxies_bring_many():
    async def scenario():
        guard = Guard(Settings(max_connections_per_address=1, trusted_proxies="10.0.0.0/24, ::1"), 100, flood_budgets())
        assert [guard.admit(Connection(), "10.0.0.9") for _ in range(5)] == [None] * 5
        assert [guard.is_proxy(name) for name in ("10.0.0.1", "::1", "10.0.1.1", "", "::2")] == [True, True] + [
            False
        ] * 3

    in_loop(scenario)


def test_beyond_all_limits_connections_are_dropped_without_a_word():
    async def scenario():
        guard = Guard(Settings(max_connections=10_000), most_files=2, floods=flood_budgets())
        connections = [Connection() for _ in range(3 + MOST_REFUSED)]
        answers = [guard.admit(connection, f"10.0.0.{number}") for number, connection in enumerate(connections)]
        assert [answer and answer.status for answer in answers] == [None, None] + [503] * (MOST_REFUSED + 1)
        assert [connection.transport.aborted for connection in connections] == [False] * (2 + MOST_REFUSED) + [True]

    in_loop(scenario)


def test_leaving_twice_counts_once():
    async def scenario():
        guard = Guard(Settings(max_connections_per_address=1), 100, flood_budgets())
        first, second = Connection(), Connection()
        guard.admit(first, "10.0.0.1")
        guard.leave(first.transport)
        guard.leave(first.transport)
        assert guard.admit(second, "10.0.0.1") is None
        assert guard.admit(Connection(), "10.0.0.1") is not None

    in_loop(scenario)


@pytest.mark.parametrize("crowd", [1, 120])
def test_those_with_a_reason_are_given_up_and_nobody_else(crowd):
    async def scenario():
        guard = Guard(Settings(), 1000, flood_budgets())
        bad, good = Connection("why"), [Connection() for _ in range(crowd)]
        for connection in (*good, bad):
            guard.admit(connection, "10.0.0.1")
        async with asyncio.timeout(10):
            while not (bad.transport.aborted and all(connection.looks for connection in good)):
                await asyncio.sleep(0.01)
        assert not any(connection.transport.aborted for connection in good)
        assert guard.given_up >= 1

    in_loop(scenario)


def test_who_has_taken_a_connection_over_is_looked_at():
    async def scenario():
        guard = Guard(Settings(), 1000, flood_budgets())
        first, second = Connection(), Connection("why")
        guard.admit(first, "10.0.0.1")
        second.transport = first.transport
        guard.hand_over(second)
        async with asyncio.timeout(10):
            while not second.transport.aborted:
                await asyncio.sleep(0.01)
        assert first.looks == 0

    in_loop(scenario)
