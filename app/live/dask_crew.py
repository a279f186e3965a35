"""Workers on other machines: Dask (https://distributed.dask.org) keeps them running there, and they dial the hub.

Each is a long task that occupies one ``livenet`` of the resources that a Dask worker offers, and nothing else of it.
The task keeps a worker's process. What is trained and seen goes straight between that process and the hub; nothing of
it goes through Dask.
"""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.live.crew import SECRET, Invitation, command
from app.live.door import family_of, format_tcp, parse_tcp
from app.live.hello import Credentials

if TYPE_CHECKING:
    from distributed import Client, Future

    Tasks = dict[str, list[Future[Any]]]

LOCAL = "local"
"""Instead of a scheduler's address: a cluster on this machine, for trying."""
RESOURCE = "livenet"
LOOK = 0.5
"""Every so many seconds it is looked whether all workers are there that could be."""
PATIENCE = 3
"""Seconds to wait for a scheduler before trying again, and for it at the end."""
RETRIES = 1000
REMIND = 60.0
"""The same trouble is logged again after so many seconds."""
EVERYWHERE = ("0.0.0.0", "::")

logger = logging.getLogger(__name__)


class DaskCrew:
    """As many workers as a Dask cluster has room for, whatever comes, goes and dies."""

    at_start = 0

    def __init__(
        self, scheduler: str, listen: str | None = None, *, local_size: int = 0, shares_secret: bool = True
    ) -> None:
        """Use the cluster of ``scheduler``; without ``shares_secret`` the machines of its workers know the secret."""
        self.scheduler, self.size = scheduler, local_size
        self.listen: str | None = listen or format_tcp(facing(scheduler), 0)
        self.restarts = 0
        self._local_size, self._shares_secret = local_size, shares_secret
        self._ending = Event()
        self._thread: Thread | None = None
        self._trouble, self._told = "", -REMIND

    async def start(self, invitation: Invitation) -> None:
        """Start the workers, and replace each that ends."""
        host, port = parse_tcp(invitation.address)
        address = format_tcp(facing(self.scheduler) if host in EVERYWHERE else host, port)
        words = (address, invitation.credentials.instance, invitation.credentials.secret if self._shares_secret else "")
        # Dask has a thread of its own: its messages are to delay none of ours.
        self._thread = Thread(target=self._keep, args=[words], name="dask", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Replace none any more, and wait until Dask knows that."""
        self._ending.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, PATIENCE)

    def _keep(self, words: tuple[str, str, str]) -> None:
        """Have workers for as long as the server runs, with whatever scheduler is there."""
        from distributed import Client

        quieten()
        while not self._ending.is_set():
            try:
                with self._cluster() as address, Client(address, timeout=PATIENCE, set_as_default=False) as client:
                    logger.info("connected to Dask", extra={"scheduler": address})
                    self._tend(client, words)
            except OSError as error:  # timeouts and Dask's own errors of communication among them
                self._complain("the Dask scheduler cannot be reached", cause=str(error) or type(error).__name__)
            self._ending.wait(LOOK)

    @contextmanager
    def _cluster(self) -> Iterator[str]:
        """Have the cluster, and its scheduler's address."""
        if self.scheduler != LOCAL:
            yield self.scheduler
            return
        from distributed import LocalCluster

        with (
            LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as cluster,
            dask_workers(cluster.scheduler_address, self._local_size),
        ):
            yield cluster.scheduler_address

    def _tend(self, client: "Client", words: tuple[str, str, str]) -> None:
        """See that every place that is offered has a task, until the scheduler has gone for good or this ends."""
        tasks: Tasks = {}
        while client.status != "closed" and not self._ending.wait(LOOK):
            if client.status == "running":
                tasks = self._fill(client, tasks, words)
            else:
                self._complain("the Dask scheduler has gone")
        if client.status == "running":
            client.cancel([task for several in tasks.values() for task in several])

    def _fill(self, client: "Client", tasks: "Tasks", words: tuple[str, str, str]) -> "Tasks":
        """Return the tasks on each Dask worker after starting those that are missing.

        Each is bound to its Dask worker: left to the scheduler, those of a dead one would queue behind others.
        """
        places = offered(client)
        self.size = sum(places.values())
        self.restarts += sum(len(lost) for worker, lost in tasks.items() if worker not in places)
        filled: Tasks = {}
        for worker, count in places.items():
            busy = [task for task in tasks.get(worker, []) if not self._has_ended(task)]
            filled[worker] = busy + [submit(client, worker, words) for _ in range(count - len(busy))]
        return filled

    def _has_ended(self, task: "Future[Any]") -> bool:
        """Return whether another task has to take this one's place, and say why."""
        if task.status == "pending":  # waits for a place, or runs
            return False
        cause = task.result() if task.status == "finished" else task.exception() if task.status == "error" else ""
        self.restarts += 1
        if cause:
            self._complain("a worker on another machine ended and is replaced", cause=str(cause))
        return True

    def _complain(self, trouble: str, **fields: Any) -> None:
        """Log trouble, unless that has just been done."""
        known = f"{trouble} {fields}"
        if known != self._trouble or monotonic() - self._told > REMIND:
            self._trouble, self._told = known, monotonic()
            logger.warning(trouble, extra={"scheduler": self.scheduler, **fields})


@contextmanager
def dask_workers(scheduler: str, count: int) -> Iterator[None]:
    """Have Dask workers on this machine, which Ctrl-C does not reach: it is for their server to end them."""
    options = ["--nworkers", str(count), "--nthreads", "1", "--resources", f"{RESOURCE}=1"]
    options += ["--no-dashboard", "--death-timeout", "20"]  # seconds after which they end if their server has
    with TemporaryDirectory(prefix="livenet-dask-", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-P", "-m", "distributed.cli.dask_worker", scheduler, *options]
        process = subprocess.Popen(
            [*command, "--local-directory", folder], stderr=subprocess.DEVNULL, start_new_session=True
        )
        with process:
            try:
                yield
            finally:
                process.terminate()


def offered(client: "Client") -> dict[str, int]:
    """Return for how many workers each Dask worker has room, by its address."""
    workers = client.scheduler_info(n_workers=-1)["workers"].items()
    return {address: int(worker["resources"].get(RESOURCE, 0)) for address, worker in workers}


def submit(client: "Client", worker: str, words: tuple[str, str, str]) -> "Future[Any]":
    """Have a worker run on a Dask worker."""
    return client.submit(run_worker, *words, workers=[worker], resources={RESOURCE: 1}, retries=RETRIES, pure=False)


def run_worker(address: str, instance: str, secret: str) -> str:
    """Run a worker on a machine of Dask's until it ends; return what it said last if it failed."""
    from distributed import secede

    secede()  # others may use this Dask worker's threads
    known = secret or os.environ.get(SECRET, "")
    said = run_process(Invitation(address, Credentials(instance, known))) if known else f"there is no {SECRET}"
    return f"{socket.gethostname()}: {said}" if said else ""


def run_process(invitation: Invitation) -> str:
    """Run the process of a worker, which ends with this one; return what it said last if it failed."""
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    last = "it was killed"
    with subprocess.Popen(command(invitation, "--leash"), env=invitation.environment(), **pipes) as process:  # type: ignore[call-overload]
        for line in process.stderr:
            last = line.decode().strip()
            print(last, file=sys.stderr)
    return last if process.returncode else ""


def facing(scheduler: str) -> str:
    """Return the address by which the machine of a scheduler knows this one."""
    parts = urlsplit(scheduler)
    host = parts.hostname or "127.0.0.1"
    with socket.socket(family_of(host), socket.SOCK_DGRAM) as probe:
        probe.connect((host, parts.port or 8786))  # sends nothing
        return str(probe.getsockname()[0])


def quieten() -> None:
    """Have of Dask's many words only what is asked for: this program says itself what has happened."""
    if logging.getLogger().level > logging.DEBUG:
        for name in list(logging.root.manager.loggerDict):
            if name.startswith("distributed"):
                logging.getLogger(name).setLevel(logging.CRITICAL)
