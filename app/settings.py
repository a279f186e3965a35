"""Settings: what an operator can choose. Names, defaults and help stand here once, for command line and environment."""

import os
import re
from collections.abc import Sequence
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Self

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, CliImplicitFlag, NoDecode, SettingsConfigDict

from app.logs import Format, Level

TCP = re.compile(r"tcp://(\[[0-9a-fA-F:]+\]|[^\s/:\[\]]+):\d{1,5}")
ORIGIN = re.compile(r"https?://[^/\s?#@]+/?")
SCHEDULER = re.compile(r"(tcp|tls|ws|wss)://(\[[0-9a-fA-F:]+\]|[^\s/:\[\]]+):\d{1,5}(/\S*)?")
"""How addresses look; an IPv6 address stands in brackets."""


def split_words(value: object) -> object:
    """Return the words between the commas of a text; anything else as it is."""
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def check_network(text: str) -> str:
    """Return ``text`` if it is an address or a network; ValueError if not."""
    ip_network(text)
    return text


def check_tcp(text: str | None) -> str | None:
    """Return ``text`` if it is an address to listen on; ValueError if not."""
    if text is not None and not TCP.fullmatch(text):
        raise ValueError(f"{text!r} is no address; it looks like tcp://10.0.0.2:8787, port 0 for a free one")
    return text


def check_origin(text: str | None) -> str | None:
    """Return ``text`` if it is the address of a server; ValueError if not."""
    if text is not None and not ORIGIN.fullmatch(text):
        raise ValueError(f"{text!r} is no server's address; it looks like https://livenet.example.org")
    return text


def check_dask(text: str | None) -> str | None:
    """Return ``text`` if Dask can be used as it says; ValueError if not."""
    if text is not None and text != "local" and not SCHEDULER.fullmatch(text):
        raise ValueError(f"{text!r} is no scheduler; it looks like tcp://10.0.0.1:8786, or is the word local")
    if text is not None and find_spec("distributed") is None:
        raise ValueError("Dask is not installed: pip install 'livenet[dask]'")
    return text


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_words)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(check_network)], ...], NoDecode, BeforeValidator(split_words)]


class Settings(BaseSettings):
    """A visual playground in which real neural networks train live.

    Every option is also an environment variable: --port is LIVENET_PORT.
    """

    model_config = SettingsConfigDict(
        env_prefix="LIVENET_", cli_prog_name="livenet", cli_kebab_case=True, cli_avoid_json=True, extra="ignore"
    )

    host: Annotated[str, Field(description="address to listen on; 127.0.0.1 is this machine only")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="port to listen on; 0 takes a free one")] = 8000
    workers: Annotated[
        int,
        Field(
            ge=1,
            le=256,
            description="processes that train; by default one less than the machine has cores, but at least two: "
            "when one dies, another takes over",
        ),
    ] = max(2, (os.cpu_count() or 2) - 1)
    dask: Annotated[
        str | None,
        AfterValidator(check_dask),
        Field(
            description="scheduler of the Dask cluster whose machines train, as tcp://10.0.0.1:8786, or local: a "
            "cluster on this machine, for trying, with so many workers; needs pip install 'livenet[dask]'"
        ),
    ] = None
    listen_workers: Annotated[
        str | None,
        AfterValidator(check_tcp),
        Field(
            description="where workers of Dask's machines dial in, as tcp://10.0.0.2:8787; by default the address "
            "towards the scheduler and a free port"
        ),
    ] = None
    worker_secret: Annotated[
        str | None,
        Field(
            min_length=16,
            repr=False,
            description="what workers must know to be let in; then also LIVENET_WORKER_SECRET on each of their "
            "machines; by default a new one at each start, which Dask hands out",
        ),
    ] = None
    relay: Annotated[
        str | None,
        AfterValidator(check_origin),
        Field(
            description="another Livenet, as https://livenet.example.org, whose sessions can be watched here too: this "
            "server trains nothing then, and widens the audience"
        ),
    ] = None
    data: Annotated[Path, Field(description="folder in which sessions are kept; only one server may use it")] = (
        user_data_path("livenet")
    )
    database: Annotated[
        str | None,
        Field(description="SQLAlchemy address of the database that keeps sessions; by default a file in that folder"),
    ] = None
    keep_days: Annotated[
        float, Field(gt=0, description="a session that nobody watches or calls for so many days is forgotten")
    ] = 30.0
    max_stored_bytes: Annotated[
        int,
        Field(ge=2**20, description="what all sessions kept may take; beyond it the longest untouched are forgotten"),
    ] = 2**30
    browser: Annotated[CliImplicitFlag[bool], Field(description="open the page in the browser")] = True
    operator_token: Annotated[
        SecretStr | None,
        Field(
            min_length=16,
            description="token with which an operator lists and ends sessions, better as environment variable; "
            "by default a new one is made and printed at each start",
        ),
    ] = None
    log_format: Annotated[
        Format, Field(description="how events are written: text, json, or auto (text in a terminal, else json)")
    ] = "auto"
    log_level: Annotated[Level, Field(description="events less important are not written")] = "info"
    allowed_hosts: Annotated[
        Words,
        Field(
            description="names, with commas between, by which browsers may call the server; *.example.org for all "
            "below it; localhost, addresses in figures and, unless only this machine is served, its own name always may"
        ),
    ] = ()
    trusted_proxies: Annotated[
        Networks,
        Field(description="addresses or networks of reverse proxies whose X-Forwarded-For and -Proto are believed"),
    ] = ()
    calls_per_second: Annotated[
        float,
        Field(
            ge=1,
            description="calls that one address may make; for a moment ten times as many, opening a stream "
            "counts as five, a file of the page as a tenth; a class of 300 behind one router stays below",
        ),
    ] = 1000.0
    new_sessions_per_minute: Annotated[
        float, Field(ge=1, description="sessions that one address may make; a class of 300 may reload once")
    ] = 600.0
    messages_per_second: Annotated[
        float, Field(ge=1, description="messages and pings that a viewer may send; for a moment three times as many")
    ] = 100.0
    max_connections: Annotated[int, Field(ge=1, description="connections at a time, streams included")] = 8000
    max_connections_per_address: Annotated[
        int,
        Field(
            ge=1,
            description="connections that one address may have; through trusted proxies, streams; a browser that "
            "opens the page has up to seven",
        ),
    ] = 4000
    request_seconds: Annotated[
        float,
        Field(
            gt=0,
            description="a request or message that is not complete after so long ends its connection; "
            "a large one must come steadily",
        ),
    ] = 8.0
    max_compute_seconds: Annotated[
        float | None,
        Field(
            gt=0,
            description="seconds of a processor that a session may compute in a day (UTC); then it is paused, with "
            "nothing lost, until the next; by default as many as it likes",
        ),
    ] = None
    max_compute_share: Annotated[
        float,
        Field(
            ge=0.05,
            le=1,
            description="part of the time that each worker may train and draw: below 1 the machine keeps time for "
            "other things, and all sessions become slower alike",
        ),
    ] = 1.0
    max_sessions: Annotated[int, Field(ge=1, description="sessions that may be awake at a time")] = 400
    max_viewers: Annotated[int, Field(ge=1, description="viewers that one session may have")] = 2000
    max_body_bytes: Annotated[int, Field(ge=1, description="largest request")] = 16 * 2**20
    idle_seconds: Annotated[
        float,
        Field(
            gt=0,
            description="a session that nobody watches or calls for so long sleeps until somebody comes",
        ),
    ] = 1800.0

    @property
    def database_url(self) -> str:
        """Where sessions are kept, as SQLAlchemy names it."""
        return self.database or f"sqlite:///{(self.data / 'sessions.db').absolute()}"

    @classmethod
    def from_command_line(cls, arguments: Sequence[str]) -> Self:
        """Return the settings that ``arguments`` choose; what they leave out comes from the environment."""
        return cls(_cli_parse_args=list(arguments))  # type: ignore[call-arg]
