import asyncio

import pytest

from app.live.archive import Archive, cut
from app.live.keys import digest
from app.settings import Settings


def test_a_payload_is_cut_into_its_parts():
    assert list(cut(b"abcde", [2, None, 3])) == [b"ab", None, b"cde"]


def parts(*given: bytes | None, first: int, epoch: int = 0, playing: bool = False):
    """What a worker says: header and payload."""
    lengths = [None if part is None else len(part) for part in given]
    header = {"run": 0, "first": first, "epoch": epoch, "lengths": lengths, "urgent": True, "playing": playing}
    return header, b"".join(part for part in given if part is not None)


@pytest.fixture
def play(tmp_path):
    """Run a scenario with an archive that holds session "s"."""

    def run(scenario):
        async def whole():
            archive = Archive(Settings(data=tmp_path).database_url)
            await archive.open()
            try:
                archive.add("s", digest("key"), b"a room", *parts(b"document", b"state", b"one", first=0))
                await scenario(archive)
            finally:
                await archive.close()

        asyncio.run(whole())

    return run


def test_what_workers_say_comes_back_as_it_was_said(play):
    async def scenario(archive):
        archive.keep("s", *parts(None, b"later", b"two", first=1))
        kept = await archive.take("s")
        assert kept.parts == [b"document", b"later", b"one", b"two"]
        assert kept.header == {"run": 0, "epoch": 1, "lengths": [8, 5, 3, 3]}
        assert (kept.record.kept, kept.record.room) == (digest("key"), b"a room")

    play(scenario)


def test_once_a_session_lives_elsewhere_its_former_worker_is_not_believed(play):
    async def scenario(archive):
        await archive.take("s")
        archive.keep("s", *parts(None, b"stale", None, first=1, epoch=0))
        archive.keep("s", *parts(None, b"fresh", None, first=1, epoch=1))
        archive.keep("s", *parts(None, b"stale", None, first=1, epoch=0))
        assert (await archive.take("s")).record.state == b"fresh"

    play(scenario)


def test_sessions_that_are_not_kept_cannot_be_taken(play):
    async def scenario(archive):
        archive.delete(["s"])
        assert await archive.take("s") is None
        assert await archive.find("s") is None

    play(scenario)


def test_those_wanted_lately_are_found_and_those_not_wanted_for_long_are_forgotten(play):
    async def scenario(archive):
        archive.add("old", digest("key"), b"", *parts(b"document", b"state", None, first=0))
        archive.touch({"old": 1000.0, "s": 0.0})
        await asyncio.wrap_future(archive.change_room("s", b"another"))
        assert [summary.id for summary in await archive.recent(500)] == ["s"]
        assert await archive.purge(500, 2**30, spared={"old"}) == []
        assert await archive.purge(500, 2**30, spared=()) == ["old"]
        assert (await archive.find("s")).room == b"another"

    play(scenario)
