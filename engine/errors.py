"""What can be wrong with an experiment, said so that a learner can mend it."""


class ExperimentError(ValueError):
    """A choice that cannot be trained.

    ``field`` is the dotted path of the choice (``"layers.2.units"``); the message names the value and what is allowed.
    """

    def __init__(self, field: str, message: str) -> None:
        """Say which field is wrong and why."""
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message
