"""Sessions: make, look at, control and end them. Requests and answers pass through unread, to and from the worker."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.api.access import (
    Asker,
    Body,
    Controlled,
    Owned,
    Sessions,
    Watched,
    cookie_name,
    cookie_path,
    hub_of,
    is_page,
)
from app.limits import Budgets, address_of, too_fast
from app.live.hub import with_fields

router = APIRouter(prefix="/sessions", tags=["sessions"])
control = APIRouter(prefix="/sessions/{session_id}", tags=["control"])
watch = APIRouter(prefix="/sessions/{session_id}", tags=["watch"])


def json_response(text: bytes, status: int = 200) -> Response:
    """Return a JSON text as a response."""
    return Response(text, status, media_type="application/json")


def spend_one_session(request: Request) -> None:
    """Count a session that somebody wants to make; Problem (429) if there were too many lately."""
    budgets: Budgets = request.app.state.new_sessions
    if wait := budgets.spend(address_of(request)):
        most = hub_of(request).settings.new_sessions_per_minute
        raise too_fast(f"One address may make {most:g} sessions a minute here.", wait)


@router.post("", status_code=201, dependencies=[Depends(spend_one_session)])
async def create(request: Request, sessions: Sessions, body: Body) -> Response:
    """Make a session. The key is told this once; a browser's page also gets it as a cookie that scripts cannot read."""
    entry, key, document = await sessions.create(body)
    response = json_response(with_fields(document, key=key, can_control=True), 201)
    response.headers["Location"] = f"/api/sessions/{entry.id}"
    if is_page(request):
        response.set_cookie(
            cookie_name(entry.id), key, path=cookie_path(entry.id), httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip
    return response


@watch.get("")
async def describe(sessions: Sessions, entry: Watched, role: Asker) -> Response:
    """The session: phase, place, complete experiment, newest metrics."""
    document = await sessions.call(entry, "describe")
    return json_response(with_fields(document, can_control=role.controls))


@router.delete("/{session_id}", status_code=204, tags=["control"])
async def end(sessions: Sessions, entry: Owned) -> None:
    """End the session. Its viewers are told."""
    sessions.end(entry, "The session was ended.")


@control.patch("/experiment")
async def adopt(sessions: Sessions, entry: Controlled, body: Body) -> Response:
    """Change settings by a JSON merge patch (RFC 7396), also while it trains. What can be kept is kept."""
    return json_response(await sessions.call(entry, "adopt", body))


@control.post("/play")
async def play(sessions: Sessions, entry: Controlled, body: Body) -> Response:
    """Train from now on, as fast as it goes or so many steps a second."""
    return await command(sessions, entry, "play", body)


@control.post("/pause")
async def pause(sessions: Sessions, entry: Controlled) -> Response:
    """Stop training. A step call that is under way ends with 409."""
    return await command(sessions, entry, "pause")


@control.post("/reset")
async def reset(sessions: Sessions, entry: Controlled) -> Response:
    """Start again from the same seed: the same initial weights."""
    return await command(sessions, entry, "reset")


@control.post("/rewind")
async def rewind(sessions: Sessions, entry: Controlled) -> Response:
    """Go back to the last finite state after a divergence."""
    return await command(sessions, entry, "rewind")


@control.post("/step")
async def step(sessions: Sessions, entry: Controlled, body: Body) -> Response:
    """Train exactly so many steps or epochs; the answer comes when they are done. Others go on meanwhile."""
    return json_response(await sessions.call(entry, "step", body))


@watch.get("/metrics")
async def metrics(sessions: Sessions, entry: Watched) -> Response:
    """The history of loss and measures, recorded at steps that do not depend on pauses or frames."""
    return json_response(await sessions.call(entry, "metrics"))


@watch.get("/parameters")
async def parameters(sessions: Sessions, entry: Watched) -> Response:
    """All weights and biases, in Keras's shapes."""
    return json_response(await sessions.call(entry, "parameters"))


@control.put("/parameters")
async def edit(sessions: Sessions, entry: Controlled, body: Body) -> Response:
    """Set any of the parameters."""
    return json_response(await sessions.call(entry, "edit", body))


@watch.get("/gradients")
async def gradients(sessions: Sessions, entry: Watched) -> Response:
    """The gradient of the cost over the whole training set at the present parameters."""
    return json_response(await sessions.call(entry, "gradients"))


@watch.post("/predict")
async def predict(sessions: Sessions, entry: Watched, body: Body) -> Response:
    """Outputs for raw inputs; the session's own features and scaling are applied."""
    return json_response(await sessions.call(entry, "predict", body))


@watch.get("/data")
async def data(sessions: Sessions, entry: Watched) -> Response:
    """The examples with their split, targets and present predictions."""
    return json_response(await sessions.call(entry, "data"))


async def command(sessions: Sessions, entry: Controlled, name: str, body: bytes = b"") -> Response:
    """Return the session's document after a command."""
    return json_response(with_fields(await sessions.call(entry, name, body), can_control=True))
