"""Errors: every refusal of the web service in one shape, ``application/problem+json`` (RFC 9457)."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.problems import MEDIA_TYPE, FieldError, Problem, field_path, invalid, message

DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not answer to this method.",
}


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return a problem as a response."""
    headers = problem.headers | (headers or {})
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(problem.json(), problem.status, headers, MEDIA_TYPE)


def answer_errors(app: FastAPI) -> None:
    """Let ``app`` answer all errors with problems."""

    @app.exception_handler(Problem)
    async def refused(_request: Request, problem: Problem) -> Response:
        return problem_response(problem)

    @app.exception_handler(HTTPException)
    async def failed(_request: Request, error: HTTPException) -> Response:
        detail = DETAILS.get(error.status_code, "This request cannot be answered.")
        return problem_response(Problem(error.status_code, detail), dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def unreadable(_request: Request, error: RequestValidationError) -> Response:
        wrong = [FieldError(field=field_path(each["loc"][1:]), message=message(each)) for each in error.errors()]
        return problem_response(invalid(wrong))

    @app.exception_handler(Exception)
    async def mistaken(_request: Request, _error: Exception) -> Response:
        return problem_response(Problem(500, "Livenet made a mistake."))
