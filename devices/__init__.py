"""Dialect drivers, one folder each; the plug-in loader finds them by their manifest."""
