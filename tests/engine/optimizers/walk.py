"""Steps of an optimizer along given gradients."""

import numpy as np

from engine.calls import Workspace, run


def walk(optimizer, start, slopes, *, mask=None, state=None, first=1, factor=1.0):
    """The parameters after each step, and the state after the last; ``factor`` is a schedule's."""
    theta, gradients, workspace = np.array(start), np.zeros((optimizer.vectors, len(start))), Workspace()
    state = np.zeros((len(optimizer.slots), theta.size)) if state is None else state.copy()
    scalars = tuple(workspace.scalar(0) for _ in optimizer.scalars(1.0, 1))
    mask = np.ones_like(theta) if mask is None else mask
    calls = optimizer.update(theta, gradients, state, scalars, mask, workspace)
    path = []
    for step, given in enumerate(slopes, start=first):
        gradients[0] = given
        for scalar, value in zip(scalars, optimizer.scalars(optimizer.learning_rate * factor, step), strict=True):
            scalar[()] = value
        run(calls)
        path.append(theta.copy())
    return np.array(path), state
