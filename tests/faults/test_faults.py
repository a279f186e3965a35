"""The scripts of this folder in short, with a session of each kind; the long forms print what they measure."""

from tests.faults.killed_server import kill_servers
from tests.faults.killed_worker import kill_workers
from tests.faults.sessions import KINDS


def test_killed_workers_take_nothing_along():
    result = kill_workers(2, len(KINDS))
    assert (result.lost, result.different, result.closed) == (0, 0, 0)


def test_a_killed_server_takes_nothing_along():
    result = kill_servers(1, len(KINDS))
    assert (result.lost, result.different, result.damaged) == (0, 0, 0)
