"""Probes: what can be looked at while a network trains. Importing this registers every kind, in the order of menus."""

# isort: off
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.probes import (
    boundary,
    neurons,
    neuron_curves,
    curve,
    predictions,
    weights,
    recipe,
    histograms,
    distributions,
)
from engine.probes import (
    activations,
    gradients,
    signal,
    symmetry,
    conditioning,
    learning_rates,
    optimizer_state,
    gradient_check,
)
from engine.probes import kernels, feature_maps, hidden_states, gates, gradient_through_time
from engine.probes import confusion, roc, loss_line, loss_plane
# isort: on

__all__ = [
    "Measurement",
    "Probe",
    "ProbeUnavailable",
    "activations",
    "boundary",
    "conditioning",
    "confusion",
    "curve",
    "distributions",
    "feature_maps",
    "gates",
    "gradient_check",
    "gradient_through_time",
    "gradients",
    "hidden_states",
    "histograms",
    "kernels",
    "learning_rates",
    "loss_line",
    "loss_plane",
    "neuron_curves",
    "neurons",
    "optimizer_state",
    "predictions",
    "probes",
    "recipe",
    "roc",
    "signal",
    "symmetry",
    "weights",
]
