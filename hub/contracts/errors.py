"""Failures, under one root; outcomes that are expected are values, not exceptions (style, rule 5)."""


class HubError(Exception):
    """Root of all failures that the hub raises itself.

    Attributes:
        what: one sentence, what is wrong, with the offending value.
        hint: one sentence, what the owner can do about it.
        retryable: whether the same call may succeed later without a change.
    """

    retryable = False

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(f"{what} {hint}".strip())
        self.what = what
        self.hint = hint


class ConfigError(HubError):
    """A setting is unknown, of the wrong type or out of range; names the key (exit code 78)."""


class BrokerError(HubError):
    """The MQTT broker cannot be started, reached or logged in to."""

    retryable = True


class StorageError(HubError):
    """The database cannot be opened, read or written."""


class ModelError(HubError):
    """The model folder is missing, corrupt or does not match its manifest."""


class PluginError(HubError):
    """A driver or skill cannot be loaded, or broke its contract; only that plug-in is affected."""


class PayloadError(HubError):
    """A message from outside is malformed; carries what was expected."""
