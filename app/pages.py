"""Pages: what a browser opens. HTML from templates, and the files that it needs."""

from inspect import getdoc
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from fastapi import APIRouter, Request
from fastapi.templating import Jinja2Templates
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app import VERSION
from app.catalogue import catalogue
from app.live.crew import SECRET
from app.live.dask_crew import RESOURCE
from app.live.hello import SECONDS
from app.settings import Settings
from app.wire import commands, events, frames

HERE = Path(__file__).parent
HOME = HERE if (HERE / "static").is_dir() else HERE.parent
"""Where static/ and templates/ are: in the installed package, or in the checkout."""
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy of a page; the nonce marks the scripts within it."""

templates = Jinja2Templates(HOME / "templates")
router = APIRouter(include_in_schema=False)


class FreshFiles(StaticFiles):
    """Files that a browser asks about at every load (and gets only if they have changed): an edit shows at once."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return the file, or that it has not changed."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


files = FreshFiles(directory=HOME / "static")


def page(request: Request, template: str, **values: object) -> Response:
    """Return a page; its scripts are ours, those within it known by a number used once."""
    nonce = token_urlsafe(16)
    context = {"csp_nonce": nonce, "version": VERSION, **values}
    headers = {"Content-Security-Policy": POLICY.format(nonce=nonce), "Cache-Control": "no-cache"}
    return templates.TemplateResponse(request, template, context, headers=headers)


@router.get("/")
async def playground(request: Request) -> Response:
    """The playground."""
    return page(request, "playground.html")


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The interactive reference of the REST calls."""
    return page(request, "docs.html")


@router.get("/docs/stream")
async def stream_docs(request: Request) -> Response:
    """The description of the stream."""
    facts = {"directory": frames.DIRECTORY, "closes": events.CLOSES, "server": str(request.base_url).rstrip("/")}
    return page(request, "stream.html", frames=frames, commands=commands, events=events, documentation=getdoc, **facts)


TROUBLES = {
    "the Dask scheduler cannot be reached": "it runs, at the address of --dask, and nothing stands between",
    "the Dask scheduler has gone": "it has been stopped; workers come back when it does",
    "a worker on another machine ended and is replaced": "the cause beside it: no livenet installed there, another "
    "version, no LIVENET_WORKER_SECRET, or the port of --listen-workers out of reach",
    "a worker was turned away": "its secret and its version of Livenet are those of the server",
}
"""What the log says of machines that do not come, and what may be the cause."""
MACHINES = ("dask", "listen_workers", "worker_secret", "workers")
"""The settings that concern them."""


@router.get("/docs/machines")
async def machines_docs(request: Request) -> Response:
    """How other machines train."""
    facts = {"resource": RESOURCE, "secret": SECRET, "patience": SECONDS, "troubles": TROUBLES}
    settings = {name: Settings.model_fields[name] for name in MACHINES}
    return page(request, "machines.html", settings=settings, **facts)


@router.get("/reference")
async def reference(request: Request) -> Response:
    """Every kind of every registry with its formula and fields."""
    return page(request, "reference.html", catalogue=catalogue(), allowed=allowed)


def allowed(field: dict[str, Any]) -> str:
    """Return which values a field may have, in words."""
    signs = {"minimum": "≥", "exclusive_minimum": ">", "maximum": "≤", "exclusive_maximum": "<"}
    words = [f"{sign} {field[name]:g}" for name, sign in signs.items() if name in field]
    return ", ".join(words + [str(choice) for choice in field.get("choices", ())])
