"""The first activation functions: a straight line, a switch, and two soft switches."""

import numpy as np

from engine.activations.activation import Activation, activations, sigmoid_calls
from engine.calls import Calls, Workspace
from engine.types import Array


@activations.register("linear")
class Linear(Activation):
    """Passes the weighted sum on unchanged.

    Linear layers on top of each other are one linear layer: W²(W¹x + b¹) + b² is again a matrix times x plus a vector.
    """

    title = "Linear"
    formula = r"a = z"
    derivative_formula = r"g'(z) = 1"
    try_this = "Give every hidden layer this activation on the circle: however many layers, the border stays a line."
    source = "Legendre, 1805 (least squares)"
    never_falls = True
    own_way_back = True

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return no calls where a is z, else a copy."""
        return [] if a is z else [(np.copyto, (a, z))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the call that writes 1."""
        return [(slope.fill, (1.0,))]

    def backward(self, z: Array, a: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return no calls: what arrives passes unchanged."""
        return []


@activations.register("step")
class Step(Activation):
    """A switch: on for a positive sum, off otherwise.

    Its slope is zero wherever there is one, so gradient descent gets no hint which way to turn the weights.
    At z = 0 the switch is off (Rosenblatt's threshold; some texts switch on there).
    """

    title = "Step"
    formula = r"a = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}"
    derivative_formula = r"g'(z) = 0 \quad (z \ne 0)"
    try_this = "Train with it: only the output layer learns, because no gradient gets past a step."
    source = "McCulloch and Pitts, 1943; Rosenblatt, 1958"
    never_falls = True
    bounds = (0.0, 1.0)
    trains = False
    own_way_back = True
    kinks = (0.0,)

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the call of the step function."""
        return [(np.heaviside, (z, workspace.scalar(0.0), a))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the call that writes 0."""
        return [(slope.fill, (0.0,))]

    def backward(self, z: Array, a: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the call that empties the gradient, whatever it is."""
        return [(gradient.fill, (0.0,))]


@activations.register("sigmoid")
class Sigmoid(Activation):
    """Squeezes any number into the range from 0 to 1, so that it can be read as a probability.

    Far from zero the curve is flat (it saturates): the gradient fades, at most ¼ of it passes a layer. Not
    1/1 + exp(−z), as one set of notes prints it, but 1/(1 + exp(−z)).
    """

    title = "Sigmoid"
    formula = r"a = \sigma(z) = \frac{1}{1 + e^{-z}}"
    derivative_formula = r"g'(z) = a\,(1 - a)"
    try_this = "Stack five sigmoid layers and look at the gradient of the first: it has faded."
    source = "Verhulst, 1838; Rumelhart, Hinton and Williams, 1986"
    never_falls = True
    bounds = (0.0, 1.0)

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the calls of σ, by way of tanh."""
        return sigmoid_calls(z, a, workspace)

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls of a − a²."""
        return [(np.square, (a, slope)), (np.subtract, (a, slope, slope))]


@activations.register("tanh")
class Tanh(Activation):
    """Squeezes any number into the range from −1 to 1, with zero staying zero.

    A sigmoid stretched and moved: tanh(z) = 2σ(2z) − 1. Activations around zero suit the next layer better than
    the sigmoid's, which are all positive.
    """

    title = "Tanh"
    formula = r"a = \tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}"
    derivative_formula = r"g'(z) = 1 - a^2"
    try_this = "Draw the weights from a wide distribution: most activations sit at ±1 and learning stalls."
    source = "LeCun, Bottou, Orr and Müller, 1998 (Efficient BackProp)"
    never_falls = True
    bounds = (-1.0, 1.0)

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the call of tanh."""
        return [(np.tanh, (z, a))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls of 1 − a²."""
        return [(np.square, (a, slope)), (np.subtract, (workspace.scalar(1.0), slope, slope))]
