"""The ways in for people and devices: MQTT, HTTP with the page, and the console; all speak to one Conversation."""
