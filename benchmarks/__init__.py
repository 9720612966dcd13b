"""Measurements of the hub from outside; each script prints a table, none is part of the tests."""
