import asyncio
import logging
import socket
from contextlib import asynccontextmanager, suppress

import pytest

from app.live import door as module
from app.live.door import Door, dial, family_of, format_tcp, parse_tcp
from app.live.hello import CHALLENGE, RESPONSE, Credentials, Refused, introduce

CREDENTIALS = Credentials.fresh()


class Inside(asyncio.Protocol):
    """Somebody who has been let in: says back what it hears."""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


@asynccontextmanager
async def opened(address: str):
    door = Door(CREDENTIALS, Inside)
    try:
        yield door, await door.open(address)
    finally:
        door.close()


def come_in(address: str, credentials: Credentials = CREDENTIALS) -> tuple[bytes, socket.socket]:
    connection = dial(address)
    try:
        introduce(connection, credentials)
        connection.sendall(b"hello")
        return connection.recv(5), connection
    except Refused:
        connection.close()
        raise


async def cut_off(reader: asyncio.StreamReader) -> None:
    """Wait until the other end hangs up, politely or not."""
    with suppress(ConnectionError):
        assert await reader.read() == b""


@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_who_knows_the_secret_is_let_in(kind, tmp_path):
    async def scenario():
        async with opened(f"unix:{tmp_path}/hub" if kind == "unix" else "tcp://127.0.0.1:0") as (door, address):
            heard, connection = await asyncio.to_thread(come_in, address)
            with connection:
                assert heard == b"hello"
                assert not door.arrivals

    asyncio.run(scenario())


def test_who_does_not_is_not_and_the_log_says_so_once_a_second(caplog):
    async def scenario():
        async with opened("tcp://127.0.0.1:0") as (_, address):
            for _ in range(5):
                with pytest.raises(Refused):
                    await asyncio.to_thread(come_in, address, Credentials(CREDENTIALS.instance, "guessed"))

    with caplog.at_level(logging.WARNING):
        asyncio.run(scenario())
    assert 1 <= len(caplog.records) < 5
    assert caplog.records[0].cause == "it does not know the secret"
    assert caplog.records[0].peer == "127.0.0.1"


async def cut_off_after(sent: bytes) -> None:
    """Somebody is challenged, says this and nothing more, and is cut off."""
    async with opened("tcp://127.0.0.1:0") as (door, address):
        reader, writer = await asyncio.open_connection(*parse_tcp(address))
        assert len(await reader.readexactly(CHALLENGE)) == CHALLENGE
        writer.write(sent)
        await cut_off(reader)
        assert not door.arrivals
        writer.close()


@pytest.mark.parametrize("sent", [b"x" * (RESPONSE + 1), b"x" * 1_000_000])
def test_who_says_too_much_is_cut_off(sent):
    asyncio.run(cut_off_after(sent))


def test_who_says_nothing_is_cut_off_in_time(monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.1)
    asyncio.run(cut_off_after(b"x"))


def test_only_so_many_may_wait(monkeypatch):
    monkeypatch.setattr(module, "MOST_ARRIVALS", 3)

    async def scenario():
        async with opened("tcp://127.0.0.1:0") as (door, address):
            waiting = [await asyncio.open_connection(*parse_tcp(address)) for _ in range(3)]
            for reader, _ in waiting:
                await reader.readexactly(CHALLENGE)
            reader, writer = await asyncio.open_connection(*parse_tcp(address))
            await cut_off(reader)
            assert len(door.arrivals) == 3
            for _, each in [*waiting, (reader, writer)]:
                each.close()

    asyncio.run(scenario())


def test_a_machine_that_vanishes_is_noticed():
    async def scenario():
        links = []

        def make():
            links.append(Inside())
            return links[-1]

        door = Door(CREDENTIALS, make)
        address = await door.open("tcp://127.0.0.1:0")
        _, connection = await asyncio.to_thread(come_in, address)
        accepted = links[0].transport.get_extra_info("socket")
        for each in (accepted, connection):
            assert each.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert each.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
        connection.close()
        door.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("text", ["10.0.0.1:1", "tcp://:1", "tcp://host", "tcp://host:", "tcp://host:70000", "unix:a"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="is no address"):
        parse_tcp(text)


@pytest.mark.parametrize(("host", "port"), [("10.0.0.1", 8787), ("::1", 1), ("trainer.example.org", 0)])
def test_addresses_are_taken_apart_as_they_are_put_together(host, port):
    assert parse_tcp(format_tcp(host, port)) == (host, port)


def test_the_version_of_the_protocol_follows_from_the_address():
    assert family_of("127.0.0.1") == socket.AF_INET
    assert family_of("::1") == socket.AF_INET6
