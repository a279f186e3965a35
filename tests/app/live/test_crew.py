import asyncio
import os
import signal

from app.live.crew import INSTANCE, SECRET, Invitation, Subprocesses, command
from app.live.door import Door
from app.live.hello import Credentials
from tests.app.processes import workers_of

PATIENCE = 60


class Link(asyncio.Protocol):
    """A worker that has come, of which nothing is wanted."""

    def connection_made(self, transport):
        self.transport = transport


def test_subprocesses_are_started_replaced_and_ended(tmp_path):
    async def scenario():
        came: asyncio.Queue[Link] = asyncio.Queue()

        def make() -> Link:
            link = Link()
            came.put_nowait(link)
            return link

        door = Door(Credentials.fresh(), make)
        address = await door.open(f"unix:{tmp_path}/hub")
        before = set(workers_of(os.getpid()))
        crew = Subprocesses(2)
        assert crew.size == crew.at_start == 2
        await crew.start(Invitation(address, door.credentials))
        links = [await came.get() for _ in range(2)]
        first = set(workers_of(os.getpid())) - before
        assert len(first) == 2
        os.kill(min(first), signal.SIGKILL)
        links.append(await came.get())
        second = set(workers_of(os.getpid())) - before
        assert len(second) == 2
        assert len(first & second) == 1
        for link in links:
            link.transport.close()
        await crew.stop()
        assert set(workers_of(os.getpid())) == before
        door.close()

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))


def test_the_secret_is_in_the_environment_and_not_in_the_command():
    invitation = Invitation("tcp://10.0.0.1:8787", Credentials.fresh())
    environment = invitation.environment()
    assert environment[SECRET] == invitation.credentials.secret
    assert environment[INSTANCE] == invitation.credentials.instance
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert "PATH" in environment
    words = " ".join(command(invitation, "--leash"))
    assert invitation.credentials.secret not in words
    assert words.endswith("tcp://10.0.0.1:8787 --leash")
