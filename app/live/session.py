"""A session: one training, what it is doing, and who wants to see it. It lives in a worker."""

from time import monotonic
from typing import Any

from app.live.allowance import Allowance
from app.live.channels import Channels
from app.live.jobs import Job
from app.live.pace import Pace, Speedometer, Stride
from app.live.patches import patched
from app.live.phases import Phase, after
from app.problems import Problem, from_experiment_error
from app.schemas import NewSession
from engine.adoption import Adoption
from engine.errors import ExperimentError
from engine.experiment import Experiment
from engine.training import Training


class Session:
    """A training under way."""

    def __init__(self, name: str, title: str, written: Experiment, training: Training) -> None:
        """Begin, paused; ``written`` is the experiment of ``training`` without what was left to the task."""
        self.id, self.title = name, title
        self.written, self.training = written, training
        self.phase = Phase.PAUSED
        self.version = 0
        self.changes = 0
        """Counts everything that viewers could see change."""
        self.job: Job | None = None
        self.finished: int | None = None
        """The number of the last ``step`` call whose job has come to its end, in case its answer is lost."""
        self.channels = Channels()
        self.allowance = Allowance()
        self._pace, self._stride, self._speedometer = Pace(None, 0.0), Stride(), Speedometer(0.0)
        self._metrics: tuple[int, dict[str, Any]] | None = None

    @classmethod
    def begin_new(cls, name: str, request: NewSession) -> "Session":
        """Return the session that is asked for; Problem (422) if the experiment cannot be trained."""
        try:
            training = Training(request.experiment)
        except ExperimentError as error:
            raise from_experiment_error(error, "experiment") from None
        return cls(name, request.title, request.experiment, training)

    @property
    def speed(self) -> float | None:
        """Steps per second as chosen; None for as fast as it goes."""
        return self._pace.steps_per_second

    @property
    def steps_per_second(self) -> float:
        """Steps per second as measured."""
        return self._speedometer.steps_per_second if self.phase.trains else 0.0

    @property
    def stopped(self) -> dict[str, Any] | None:
        """After which step the stopping rule has ended the training, and why; None while it may go on."""
        reason = self.training.stopped
        return {"step": self.training.state.step, "reason": reason} if reason else None

    def metrics(self) -> dict[str, Any]:
        """Return loss and measures of now; computed once for each change."""
        if self._metrics is None or self._metrics[0] != self.changes:
            self._metrics = self.changes, self.training.metrics()
        return self._metrics[1]

    def resume(self, phase: Phase, steps_per_second: float | None, job: Job | None) -> None:
        """Do again what was being done, at the same speed."""
        self.job = job
        self._pace, self._speedometer = Pace(steps_per_second, monotonic()), Speedometer(monotonic())
        self._show(phase)

    def play(self, steps_per_second: float | None) -> None:
        """Train from now on, at this speed."""
        self.allowance.check()
        self._enter("play")
        self._pace, self._speedometer = Pace(steps_per_second, monotonic()), Speedometer(monotonic())

    def pause(self) -> Job | None:
        """Stop training; return the ``step`` call that this has cut short, if one has."""
        self._enter("pause")
        return self._drop_job()

    def halt(self) -> Job | None:
        """Stop training because nothing more may be computed; return the ``step`` call that this has cut short."""
        self._enter("halt")
        return self._drop_job()

    def reset(self) -> Job | None:
        """Go back to the first weights; return the ``step`` call that this has cut short, if one has."""
        self._enter("reset")
        self.training.reset()
        self.version += 1
        return self._drop_job()

    def rewind(self) -> None:
        """Go back to the last finite state."""
        self._enter("rewind")
        self.training.rewind()
        self.version += 1

    def begin(self, job: Job) -> None:
        """Train what a ``step`` call wants."""
        self.allowance.check()
        self._enter("step")
        self.job = job
        self._pace, self._speedometer = Pace(self.speed, monotonic()), Speedometer(monotonic())

    def adopt(self, patch: dict[str, Any]) -> tuple[Adoption, Job | None]:
        """Change the experiment; return what became of the training, and the ``step`` call that this has cut short."""
        written = patched(self.written, self.training.experiment, patch)
        try:
            adoption = self.training.adopt(written)
        except ExperimentError as error:
            raise from_experiment_error(error, "experiment") from None
        self.written = written
        self.version += 1
        self._enter("restart" if adoption.restarted else "adopt")
        return adoption, self._drop_job() if adoption.restarted else None

    def edit(self, document: dict[str, Any]) -> None:
        """Change parameters; Problem (422) if they do not fit."""
        phase = after(self.phase, "edit")
        try:
            self.training.set_parameters(document)
        except ExperimentError as error:
            raise from_experiment_error(error) from None
        self.version += 1
        self._show(phase)

    def due(self) -> float | None:
        """Return when the next step is due; None if none is."""
        if not self.phase.trains:
            return None
        return self._pace.due if self.phase is Phase.PLAYING and self.speed else 0.0

    def work(self, until: float) -> Job | None:
        """Take the steps that are due, until a time of the monotonic clock; return the job that this has ended."""
        while self.phase.trains and (now := monotonic()) < until:
            fitting = self._stride.within(until - now)
            most = min(fitting, self._pace.steps_due(now)) if self.job is None else fitting
            if most < 1:
                break
            self._advance(int(most), now)
        if self.phase.trains or self.job is None:
            return None
        self.finished = self.job.call
        return self._drop_job()

    def _advance(self, most: int, start: float) -> None:
        taken = self._train(most)
        now = monotonic()
        self.changes += 1
        self._stride.learn(taken, now - start)
        self._pace.take(taken)
        self._speedometer.count(taken, now)
        if self.training.divergence is not None:
            self._enter("diverge")
        elif self.training.stopped:
            self._enter("stop")
        elif self.job is not None and self.job.is_done:
            self._enter("finish")

    def _train(self, most: int) -> int:
        if self.job is not None:
            return self.job.run(self.training, most)
        before = self.training.state.step
        self.training.advance(most)
        return self.training.state.step - before

    def _enter(self, action: str) -> None:
        """Go on to the phase after ``action``; Problem (409) if it is forbidden now."""
        self._show(after(self.phase, action))

    def _show(self, phase: Phase) -> None:
        self.phase = phase
        self.changes += 1

    def _drop_job(self) -> Job | None:
        job, self.job = self.job, None
        return job


def cut_short(job: Job) -> Problem:
    """Return what a ``step`` call is told when something else has stopped it."""
    left = f"{job.steps:,} steps" if job.steps else f"{job.epochs:,} epochs"
    return Problem(409, f"Another call has stopped the session with {left} still to go.")
