"""The home skill: commands to and questions about the devices of the house."""
