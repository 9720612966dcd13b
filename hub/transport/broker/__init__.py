"""The MQTT broker: our Mosquitto child, amqtt for trying out, or somebody else's; and the choice among them."""

from hub.transport.broker.choose import choose_broker
from hub.transport.broker.external import ExternalBroker
from hub.transport.broker.logins import Access, Broker, Login, TopicRule, hash_password, is_password
from hub.transport.broker.mosquitto import MosquittoBroker, find_mosquitto
from hub.transport.broker.try_out import AmqttBroker
from hub.transport.endpoint import BrokerKind, Endpoint

__all__ = [
    "Access",
    "AmqttBroker",
    "Broker",
    "BrokerKind",
    "Endpoint",
    "ExternalBroker",
    "Login",
    "MosquittoBroker",
    "TopicRule",
    "choose_broker",
    "find_mosquitto",
    "hash_password",
    "is_password",
]
