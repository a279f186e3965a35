"""Probes: what can be looked at while a network trains. Importing this registers every kind, in the order of menus."""

# isort: off
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.probes import boundary, neurons, curve, predictions, weights, histograms, distributions, activations
from engine.probes import gradients, gradient_check
# isort: on

__all__ = [
    "Measurement",
    "Probe",
    "ProbeUnavailable",
    "activations",
    "boundary",
    "curve",
    "distributions",
    "gradient_check",
    "gradients",
    "histograms",
    "neurons",
    "predictions",
    "probes",
    "weights",
]
