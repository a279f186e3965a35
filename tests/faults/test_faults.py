"""The scripts of this folder in short; what they measure is printed by the long forms only."""

from tests.faults.killed_server import kill_servers
from tests.faults.killed_worker import kill_workers


def test_killed_workers_take_nothing_along():
    result = kill_workers(2)
    assert (result.lost, result.different, result.closed) == (0, 0, 0)


def test_a_killed_server_takes_nothing_along():
    result = kill_servers(1)
    assert (result.lost, result.different, result.damaged) == (0, 0, 0)
