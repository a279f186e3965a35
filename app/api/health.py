"""Whether the server is well."""

from fastapi import APIRouter

from app import VERSION

router = APIRouter(tags=["health"])


@router.get("/health")
async def health() -> dict[str, str]:
    """Say that the server is there, and which version it is."""
    return {"status": "ok", "version": VERSION}
