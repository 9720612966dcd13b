"""The tests; `python -m tests` is the gate that CI and the README run."""
