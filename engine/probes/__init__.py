"""Probes: what can be looked at while a network trains. Importing this registers every kind, in the order of menus."""

# isort: off
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.probes import boundary, neurons, predictions, weights, histograms, distributions, activations, gradients
# isort: on

__all__ = [
    "Measurement",
    "Probe",
    "ProbeUnavailable",
    "activations",
    "boundary",
    "distributions",
    "gradients",
    "histograms",
    "neurons",
    "predictions",
    "probes",
    "weights",
]
