"""Worker processes, found without tools that a small machine may lack."""

from pathlib import Path


def workers_of(process: int) -> list[int]:
    """The workers that a process has started and that live, in the order of their numbers."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    children = sorted(int(word) for task in tasks for word in task.read_text().split())
    return [child for child in children if is_worker(child)]


def is_worker(process: int) -> bool:
    """Whether a process lives and is a worker."""
    try:
        return b"app.live.worker" in Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
