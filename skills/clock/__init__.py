"""The clock skill: what time and what day it is, in the home's own zone."""
