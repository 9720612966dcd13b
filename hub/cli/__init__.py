"""The `aios` command: one module per group; each talks to the running hub over HTTP, but for what is local."""
