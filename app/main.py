"""The service put together: the only module that knows all others, and the command ``livenet``."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from threading import Thread

from fastapi import APIRouter, Depends, FastAPI
from pydantic import SecretStr, ValidationError

from app import VERSION
from app.api import catalogue, health, metrics, operator, probes, room, sessions, stream
from app.api.access import expect_place
from app.catalogue import catalogue_json
from app.errors import answer_errors
from app.gate import Gate
from app.headers import SecurityHeaders
from app.limits import flood_budgets, new_session_budgets
from app.live.hub import Hub
from app.live.keys import digest, new_key
from app.logs import start_logging
from app.openapi import describe_api
from app.pages import files
from app.pages import router as pages
from app.server import Server, address_of, announcement, listen, raise_file_limit, server_config
from app.settings import Settings

ROUTERS = (
    health.router,
    catalogue.router,
    sessions.router,
    sessions.watch,
    sessions.control,
    probes.router,
    room.router,
    operator.router,
    stream.router,
)


def create_app(settings: Settings) -> FastAPI:
    """Return the whole service; its workers live as long as its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        Thread(target=catalogue_json, daemon=True).start()  # it takes a second or two: not while the first page waits
        hub = app.state.hub = Hub(settings)
        try:
            await hub.start()
            yield
        finally:
            await hub.stop()

    app = FastAPI(title="Livenet", version=VERSION, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.new_sessions = new_session_budgets(settings)
    app.state.floods = flood_budgets()
    token = settings.operator_token
    app.state.operator = digest(token.get_secret_value() if token else new_key())
    app.add_middleware(Gate, settings=settings, floods=app.state.floods)
    app.add_middleware(SecurityHeaders)  # outside the gate: its refusals have them too
    answer_errors(app)
    api = APIRouter(prefix="/api", dependencies=[Depends(expect_place)])
    for router in ROUTERS:
        api.include_router(router)
    app.include_router(api)
    app.include_router(metrics.router)
    app.include_router(pages)
    app.mount("/static", files)
    describe_api(app)
    return app


def read_settings(arguments: Sequence[str]) -> Settings:
    """Return the settings from the command line and the environment; SystemExit says what is wrong with them."""
    try:
        return Settings.from_command_line(arguments)
    except ValidationError as error:
        found = error.errors(include_url=False)
        sys.exit("\n".join(f"livenet: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found))


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until Ctrl-C."""
    settings = read_settings(sys.argv[1:] if arguments is None else arguments)
    start_logging(settings.log_format, settings.log_level)
    raise_file_limit()
    listener = listen(settings)
    token = None if settings.operator_token else new_key()
    if token:
        settings = settings.model_copy(update={"operator_token": SecretStr(token)})
    address = address_of(listener)
    config = server_config(create_app(settings), settings)
    server = Server(config, announcement(address, settings.host, token), address if settings.browser else None)
    with suppress(KeyboardInterrupt):  # repeated once everything has ended
        server.run([listener])


if __name__ == "__main__":
    main()
