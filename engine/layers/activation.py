"""An activation function as a layer of its own."""

from typing import TYPE_CHECKING, Annotated

from engine.activations import Activation, activations
from engine.layers.layer import Layer, layers
from engine.registry import Help

if TYPE_CHECKING:
    from engine.plan import Builder, Signal


@layers.register("activation")
class ActivationLayer(Layer):
    """Bends whatever the layer before it passes on; it has nothing to learn itself."""

    title = "Activation"
    formula = r"A = g(X)"
    try_this = "Put it straight after the features: the first weights then see bent inputs."
    source = "Keras (2015) has the same layer"
    side_by_side = True

    activation: Annotated[Activation, Help("Activation", "The function that is applied to every number.", "g")] = (
        activations["relu"]()
    )

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add g, and g' on the gradient in place: the same memory serves for what comes in and what goes out."""
        if builder.may_wait(self.activation):
            return x._replace(postponed=self.activation)
        fresh = builder.signal(x.values.shape[:-1], trained=False)
        out = fresh._replace(gradient=x.gradient)
        builder.bend(self.activation, x.values, out)
        return out
