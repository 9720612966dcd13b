"""The closed word lists of both languages: kinds, rooms, colours, modes, attributes, function words."""
