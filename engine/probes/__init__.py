"""Probes: what can be looked at while a network trains. Importing this registers every kind, in the order of menus."""

# isort: off
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.probes import boundary, neurons, predictions, weights, histograms, distributions, activations, gradients
from engine.probes import gradient_check
# isort: on

__all__ = [
    "Measurement",
    "Probe",
    "ProbeUnavailable",
    "activations",
    "boundary",
    "distributions",
    "gradient_check",
    "gradients",
    "histograms",
    "neurons",
    "predictions",
    "probes",
    "weights",
]
