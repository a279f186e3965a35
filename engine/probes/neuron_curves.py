"""What every neuron answers along the axis of a single input: the small curves in the network drawing."""

from typing import TYPE_CHECKING

import numpy as np

from engine.probes.boundary import value_range
from engine.probes.grid import centres
from engine.probes.maps import own_answers
from engine.probes.painting import scales_by_bounds
from engine.probes.probe import Arrays, Measurement, Probe, ProbeUnavailable, Resolution, probes, reach

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("neuron_curves")
class NeuronCurves(Probe):
    """The answer of every neuron over a line: the waves and bends of which the fitted curve is made."""

    title = "Neuron curves"
    formula = r"a_j^{[l]}(x_1)"
    try_this = "ReLU, one hidden layer: every neuron is one bend; the curve has no more bends than there are neurons."
    source = "Montúfar, Pascanu, Cho and Bengio, 2014 (ReLU units as linear pieces)"

    resolution: Resolution = 50

    def measure(self, training: "Training") -> Measurement:
        """Return (units, resolution) for ``inputs``, each layer and ``output`` at even distances, left to right.

        The output's are in the targets' units. ``scale`` in the meta data has for each layer the bound of its
        activation, of a regression's output the largest target, else the largest answer.
        """
        data, network = training.data, training.network
        interval = data.dataset.interval
        if interval is None:
            raise ProbeUnavailable("Curves of neurons need examples with a single input.")
        features = data.transform(centres(*interval, self.resolution)[:, None])
        forward = network.prediction(self.resolution)
        forward.inputs[...] = features
        forward.run()
        answers = own_answers(forward)
        found = {"inputs": features, **answers, "output": data.in_units(answers["output"])}
        scales = {name: reach(values) for name, values in found.items()} | scales_by_bounds(network)
        arrays: Arrays = {name: values.astype(np.float32) for name, values in found.items()}
        scales["output"] = max(value_range(training))
        return Measurement(arrays, {"interval": list(interval), "scale": scales})
