"""Jobs: ``step`` calls, which wait for their answer while others get their turns between the slices."""

from dataclasses import dataclass

from app.problems import invalid
from app.schemas import MOST_STEPS, Step
from engine.training import Training


@dataclass
class Job:
    """A number of steps or epochs still to be trained, for the call with this number."""

    call: int
    steps: int = 0
    epochs: int = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self.steps <= 0 and self.epochs <= 0

    def run(self, training: Training, most: int) -> int:
        """Train at most so many steps of what is left, and return how many were taken."""
        before, epoch = training.state.step, training.state.epoch
        left = steps_left(training) if self.epochs else self.steps
        training.advance(min(most, left))
        taken = training.state.step - before
        self.steps -= taken if self.steps else 0
        self.epochs -= training.state.epoch - epoch if self.epochs else 0
        return taken


def make_job(call: int, request: Step, training: Training) -> Job:
    """Return the job of a ``step`` call; Problem (422) if it says nothing, both, or too much."""
    if (request.steps is None) == (request.epochs is None):
        raise invalid([{"field": "steps", "message": 'say either how many "steps" or how many "epochs" to train'}])
    job = Job(call, request.steps or 0, request.epochs or 0)
    steps = job.steps + job.epochs * steps_per_epoch(training)
    if steps > MOST_STEPS:
        message = f"these are {steps:,} steps; one call takes at most {MOST_STEPS:,}"
        raise invalid([{"field": "steps" if job.steps else "epochs", "message": message}])
    return job


def steps_per_epoch(training: Training) -> int:
    """Return how many batches a pass over the training set has."""
    return -(-len(training.data.indices["train"]) // training.experiment.batch_size)


def steps_left(training: Training) -> int:
    """Return how many steps the present epoch still has."""
    examples, size = len(training.data.indices["train"]), training.experiment.batch_size
    return -(-(examples - training.state.position) // size)
