"""The sole caller of drivers, both ways: announcements and states in, commands out; and the door for new devices."""
