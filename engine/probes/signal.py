"""How the signal fares on its way through the layers: forwards as activations, backwards as gradients."""

from typing import TYPE_CHECKING

import numpy as np

from engine.calls import run
from engine.cost import compile_cost
from engine.parameters import Parameters
from engine.probes.activations import saturated
from engine.probes.probe import Measurement, Probe, probes
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("signal")
class SignalThroughDepth(Probe):
    """What becomes of the signal from layer to layer: activations on the way forward, gradients on the way back."""

    title = "Signal through the layers"
    formula = r"\sigma(a^{[l]}),\quad \sigma\!\left(\frac{\partial \ell}{\partial a^{[l]}}\right)"
    try_this = "Eight sigmoid layers: on the way back each layer gets only a fraction of what the one above it got."
    source = "Glorot and Bengio, 2010; He, Zhang, Ren and Sun, 2015"

    def measure(self, training: "Training") -> Measurement:
        """Return one number for each layer in the order of meta ``layers``; NaN where there is none.

        ``activation_mean``, ``activation_std``; ``gradient_mean``, ``gradient_std`` of ∂ℓ/∂a, ℓ an example's own loss
        (of the output layer: ∂ℓ/∂z); ``dead``, the share of units with the same answer to every example;
        ``saturated``, the share of answers near a bound. Of the training examples (at most one block), in prediction
        mode.
        """
        values, gradients = passes(training)
        layers = training.network.layers
        rows = []
        with np.errstate(all="ignore"):
            for layer in layers:
                answers, slope = values[layer.name], gradients.get(layer.name)
                units = answers.reshape(-1, answers.shape[-1])
                near = saturated(layer.activation, answers)
                rows.append(
                    (
                        answers.mean(),
                        answers.std(),
                        np.nan if slope is None else slope.mean(),
                        np.nan if slope is None else slope.std(),
                        np.mean(np.ptp(units, axis=1) == 0),
                        np.nan if near is None else near,
                    )
                )
        names = ("activation_mean", "activation_std", "gradient_mean", "gradient_std", "dead", "saturated")
        arrays = dict(zip(names, np.array(rows, np.float64).T.copy(), strict=True))
        return Measurement(arrays, {"layers": [layer.name for layer in layers]})


def passes(training: "Training") -> tuple[dict[str, Array], dict[str, Array]]:
    """Return activations and ∂ℓ/∂a by layer, each (…, examples)."""
    network, part = training.network, training.evaluation.training_part
    examples = min(part.examples, network.block)
    builder = network.builder(examples, Parameters(network.parameters.layout, network.parameters.theta.dtype))
    arrived: dict[str, Array] = {}
    builder.arrived = arrived
    x = builder.signal(network.input_shape, trained=False)
    x.augmented[:-1] = part.features[..., :examples]
    walk = compile_cost(training.experiment, network, builder, x, part.targets[..., :examples], 1)
    with np.errstate(all="ignore"):
        run(builder.forward + builder.backward)
    assert walk.output_gradient is not None
    return walk.values, {**arrived, "output": walk.output_gradient}
