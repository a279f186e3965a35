"""What there is to choose from."""

from fastapi import APIRouter
from starlette.responses import Response

from app.catalogue import catalogue_json

router = APIRouter(tags=["catalogue"])


@router.get("/catalogue", response_class=Response)
def catalogue() -> Response:
    """Every kind of every registry with its fields, and the fields and defaults of an experiment."""
    return Response(catalogue_json(), media_type="application/json")
