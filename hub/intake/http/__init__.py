"""REST, WebSocket and page: the way in for people, the command line and other programs."""
