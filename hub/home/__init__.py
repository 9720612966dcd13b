"""The one model of the home: pure, changed by observations and by the owner, read by everyone else."""
