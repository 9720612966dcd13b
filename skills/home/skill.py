"""The home skill's face: every home.* intent to a plan, an answer, a question or a refusal."""

from skills.home.intents import MANIFEST

__all__ = ["MANIFEST"]
