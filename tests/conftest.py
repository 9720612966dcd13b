"""Settings of every test run: a slow, shared machine is no reason for a property test to fail."""

from hypothesis import HealthCheck, settings

settings.register_profile("hub", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hub")
