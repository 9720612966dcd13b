"""The words that every layer shares; standard library only, and nothing here does any work."""
