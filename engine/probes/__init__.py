"""Probes: what can be looked at while a network trains. Importing this registers every kind, in the order of menus."""

# isort: off
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.probes import boundary, neurons, curve, predictions, weights, histograms, distributions, activations
from engine.probes import gradients, signal, symmetry, conditioning, optimizer_state, gradient_check
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
    "gradient_check",
    "gradients",
    "histograms",
    "loss_line",
    "loss_plane",
    "neurons",
    "optimizer_state",
    "predictions",
    "probes",
    "roc",
    "signal",
    "symmetry",
    "weights",
]
