"""The virtual home: real MQTT clients that advertise over real mDNS and behave like the devices that they play."""
