"""Lose one machine of two that train, again and again: a Dask worker and the worker of ours that it keeps.

Both "machines" are processes of this one. Run with ``python -m tests.faults.lost_machine [how often]``.
"""

import os
import signal
import sys

from tests.app.cluster import cluster
from tests.app.processes import workers_of
from tests.command import running
from tests.faults.killed_worker import WORKERS, Result, measure, report, wait


def lose_machines(times: int) -> Result:
    """Kill one machine after the other, each once all goes well again; another takes its place."""
    with cluster() as dask, running("--dask", dask.address) as (_, address):
        machines = [dask.add_worker() for _ in range(WORKERS)]

        def lose(turn: int) -> None:
            wait(lambda: len(workers_of(machines[turn].pid)) == 1)
            for process in (*workers_of(machines[turn].pid), machines[turn].pid):
                os.kill(process, signal.SIGKILL)
            machines[turn].wait()
            machines[turn] = dask.add_worker()

        return measure(address, times, lose)


if __name__ == "__main__":
    report(lose_machines(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
