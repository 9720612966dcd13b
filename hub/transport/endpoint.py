"""Where the MQTT broker is and how it is logged in to: what a broker hands to the client."""

from dataclasses import dataclass, field
from enum import StrEnum


class BrokerKind(StrEnum):
    """Which broker is behind an endpoint."""

    MOSQUITTO = "mosquitto"  # the hub's own child
    AMQTT = "amqtt"  # the hub's own child, for trying out
    EXTERNAL = "external"  # somebody else's


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An MQTT broker, ready to connect to.

    Attributes:
        ca_file: PEM file of the authority that signed the broker's certificate; "" means the system's.
        has_own_acl: the topic rules of protocol.md are enforced there, so that a topic proves who speaks.
    """

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    is_tls: bool = False
    kind: BrokerKind = BrokerKind.EXTERNAL
    has_own_acl: bool = False

    def __str__(self) -> str:
        return f"{'mqtts' if self.is_tls else 'mqtt'}://{self.host}:{self.port}"
