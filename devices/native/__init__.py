"""The hub's own dialect (docs/protocol.md)."""
