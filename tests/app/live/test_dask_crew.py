import asyncio
import json
from pathlib import Path

import httpx
import pytest

from app.live.crew import Invitation
from app.live.dask_crew import facing, run_process
from app.live.door import Door
from app.live.hello import Credentials
from tests.app.cluster import cluster, has_workers, wait_until
from tests.app.processes import workers_of
from tests.command import running
from tests.faults.sessions import Trained, differences, make


def lines(text: str) -> list[dict]:
    """The events in a log."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def train(client: httpx.Client, sessions: list[Trained]) -> None:
    """Begin to train slowly: all steps have to be repeated in the end."""
    for session in sessions:
        session.speed = 100.0
        session.play(client)


def has_trained(client: httpx.Client, sessions: list[Trained], steps: int = 50) -> None:
    """Wait until each session has trained so many steps from now on."""
    goals = [session.ask(client, "GET")["step"] + steps for session in sessions]
    for session, goal in zip(sessions, goals, strict=True):
        wait_until(lambda session=session, goal=goal: session.ask(client, "GET")["step"] >= goal)


def test_a_machine_that_dies_takes_no_session_along_and_is_replaced_when_another_comes():
    with cluster() as dask, running("--dask", dask.address) as (_, address), httpx.Client(base_url=address) as client:
        client.timeout = httpx.Timeout(90)
        machines = [dask.add_worker(), dask.add_worker()]
        wait_until(lambda: all(has_workers(machine, 1) for machine in machines))
        sessions = [make(client, number) for number in range(4)]
        train(client, sessions)
        has_trained(client, sessions)
        [theirs] = workers_of(machines[0].pid)
        dask.kill(machines[0])
        has_trained(client, sessions)
        wait_until(lambda: not Path(f"/proc/{theirs}/cmdline").exists())
        other = dask.add_worker()
        wait_until(lambda: has_workers(other, 1))
        assert differences(client, sessions) == 0


def test_a_scheduler_that_dies_is_waited_for():
    with cluster() as dask, running("--dask", dask.address) as (server, address):
        client = httpx.Client(base_url=address, timeout=90)
        machine = dask.add_worker()
        wait_until(lambda: has_workers(machine, 1))
        session = make(client, 0)
        train(client, [session])
        dask.kill(dask.scheduler)
        machine.wait()  # Dask's workers end with their scheduler, and ours with them
        dask.start_scheduler()
        dask.add_worker(places=2)
        has_trained(client, [session])
        assert differences(client, [session]) == 0
        client.close()
        server.terminate()
        told = [event["event"] for event in lines(server.communicate()[1])]
        assert "the Dask scheduler has gone" in told
        assert told.count("connected to Dask") >= 1


def test_a_cluster_of_this_machine_can_be_tried():
    with running("--dask", "local", "--workers", "1") as (server, address), httpx.Client(base_url=address) as client:
        client.timeout = httpx.Timeout(90)
        session = make(client, 0)
        assert session.ask(client, "POST", "/step", {"steps": 30})["step"] == 30
        server.terminate()
        assert "Traceback" not in server.communicate()[1]


@pytest.mark.parametrize(
    ("known", "said"), [("wrong", "it has another secret"), ("right", "not the one for which this worker was started")]
)
def test_a_worker_that_is_turned_away_says_why(known, said):
    async def scenario() -> str:
        credentials = Credentials.fresh("right")
        door = Door(credentials, asyncio.Protocol)
        address = await door.open("tcp://127.0.0.1:0")
        instance = credentials.instance if known == "wrong" else Credentials.fresh().instance
        ended = await asyncio.to_thread(run_process, Invitation(address, Credentials(instance, known)))
        door.close()
        return ended

    assert said in asyncio.run(scenario())


def test_a_hub_that_cannot_be_reached_is_named():
    assert "hub at tcp://127.0.0.1:1: [Errno 111]" in run_process(Invitation("tcp://127.0.0.1:1", Credentials.fresh()))


def test_the_address_towards_a_scheduler_is_of_the_same_network():
    assert facing("tcp://127.0.0.1:8786") == "127.0.0.1"
    assert facing("tls://[::1]:8786") == "::1"
    assert facing("local") == "127.0.0.1"
