"""Bytes and topics: the MQTT client, the managed broker and mDNS; nothing here knows a device."""
