"""Standstill: weights that no gradient reaches, whatever the examples are, and why; a learner need not wonder."""

from collections.abc import Sequence

from engine.network import NamedLayer


def standstill(layers: Sequence[NamedLayer]) -> str | None:
    """Return which of a network's ``layers`` cannot learn, and why, as sentences for the learner; None if all can.

    An activation without slope, as the step function, lets no gradient of the loss pass: what stands before it and the
    layer itself keep the weights that they began with (a penalty may still shrink them).
    """
    flat = [number for number, layer in enumerate(layers) if layer.activation and not layer.activation.trains]
    split = flat[-1] + 1 if flat else 0
    held, free = _with_weights(layers[:split]), _with_weights(layers[split:])
    if not held:
        return None
    who = f"only {_listed(free)} can" if free else "nothing else could"
    return (
        f"The activation of {layers[split - 1].name} is flat on both sides of its jump, so no gradient gets past it: "
        f"{_listed(held)} cannot learn, {who}. Take sigmoid in its place: a step with a slope."
    )


def _with_weights(layers: Sequence[NamedLayer]) -> list[str]:
    return [layer.name for layer in layers if layer.layer.parameter_shapes(layer.input_shape)]


def _listed(names: list[str]) -> str:
    """Return "a, b and c"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
