"""One loader for drivers, skills and simulators, built-in and foreign by the same road."""

from hub.plugins.loader import DriverPlugin, Loaded, PluginFailure, Simulator, SkillPlugin, load_plugins
from hub.plugins.manifest import PluginKind, PluginManifest, read_manifest

__all__ = [
    "DriverPlugin",
    "Loaded",
    "PluginFailure",
    "PluginKind",
    "PluginManifest",
    "Simulator",
    "SkillPlugin",
    "load_plugins",
    "read_manifest",
]
