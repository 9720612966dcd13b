"""AIOS Hub: one model of the home, one vocabulary, and no claim without a receipt."""

__version__ = "0.1.0"
