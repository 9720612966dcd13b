"""A home on paper and say-and-expect dialogues, for authors of skills and for our own tests."""
