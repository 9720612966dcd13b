"""What was meant: text to frames with grounded targets; pure and synchronous, below the home."""
