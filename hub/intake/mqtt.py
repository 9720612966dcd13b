"""Requests over MQTT (protocol, `aios/v1/device/<id>/request`): checked once here, answered on the reply topic."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from hub.contracts.device import Device
from hub.contracts.driver import Publish
from hub.contracts.errors import BrokerError
from hub.contracts.ids import is_topic_id, new_id
from hub.contracts.messages import Asker, Channel, Outcome, Reply, Request, Trace
from hub.control.conversation import Conversation
from hub.home.home import Home
from hub.intake.wire import reply_document
from hub.runtime.clock import Clock
from hub.runtime.logs import get_logger
from hub.transport.mqtt import Delivery, MqttClient

REQUESTS = "aios/v1/device/+/request"
PAYLOAD_LIMIT = 64 * 1024  # bytes (protocol)
IN_FLIGHT_LIMIT = 64  # requests worked on at once; further ones wait unacknowledged in the broker
CLOCK_AHEAD = timedelta(seconds=30)  # how far a device's clock may run ahead of ours

log = get_logger(__name__)

ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class RequestPayload(msgspec.Struct, frozen=True):
    """The `request` payload; unknown fields are ignored."""

    id: ShortText
    text: Annotated[str, msgspec.Meta(max_length=16_384)]
    at: datetime | None
    language: Annotated[str, msgspec.Meta(max_length=16)] | None = None
    session: ShortText | None = None


class Refused(Exception):  # noqa: N818  # a control flow value inside this file
    """A request that is not worked on; `text` goes to the asker and the log."""

    def __init__(self, reason: str, text: str, *, request_id: str = "") -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text
        self.request_id = request_id


class MqttIntake:
    """Takes requests from devices and answers each on the device's own reply topic."""

    def __init__(
        self,
        *,
        client: MqttClient,
        conversation: Conversation,
        home: Home,
        clock: Clock,
        is_verified: bool,
        max_age_s: float,
    ) -> None:
        self._client = client
        self._conversation = conversation
        self._home = home
        self._clock = clock
        self._is_verified = is_verified
        self._max_age = timedelta(seconds=max_age_s)

    async def start(self) -> None:
        """Begin to take requests."""
        await self._client.subscribe(REQUESTS, 1, self._take, is_retain_as_published=True, concurrency=IN_FLIGHT_LIMIT)

    async def _take(self, delivery: Delivery) -> None:
        device_id = delivery.message.topic.split("/")[3]
        try:
            request = self._request(device_id, delivery)
        except Refused as refused:
            log.warning("request refused", device_id=device_id, reason=refused.reason, what=refused.text)
            if not delivery.message.is_retained and is_topic_id(device_id):
                await self._reply(device_id, delivery, _refusal(refused))
            return
        await self._conversation.handle(request, lambda reply: self._reply(device_id, delivery, reply))

    def _request(self, device_id: str, delivery: Delivery) -> Request:
        message = delivery.message
        if message.is_retained:
            raise Refused("retained", "A retained request is never carried out; publish it without the retain flag.")
        if len(message.payload) > PAYLOAD_LIMIT:
            raise Refused("too_large", f"The request is larger than {PAYLOAD_LIMIT} bytes.")
        device = self._home.device(device_id)
        if device is None:
            raise Refused("unknown_device", f"There is no device {device_id!r}; it has to announce itself first.")
        payload = _decode(message.payload)
        self._check_age(payload)
        if delivery.response_topic not in (None, _reply_topic(device_id)):
            raise Refused(
                "response_topic", "The response topic has to be the asker's own reply topic.", request_id=payload.id
            )
        return Request(
            id=payload.id,
            text=payload.text,
            at=payload.at,
            language=payload.language,
            session=payload.session,
            asker=self._asker(device),
            trace=Trace(source=f"mqtt:{device_id}"),
        )

    def _asker(self, device: Device) -> Asker:
        return Asker(
            id=f"device:{device.id}",
            channel=Channel.MQTT,
            device=device.id,
            person=device.owner if device.is_owner_confirmed else None,
            is_verified=self._is_verified and device.is_adopted,
        )

    def _check_age(self, payload: RequestPayload) -> None:
        if payload.at is None:
            return
        if payload.at.tzinfo is None:
            raise Refused(
                "bad_time", '"at" has to carry an offset, like 2026-05-01T12:00:00+02:00.', request_id=payload.id
            )
        age = self._clock.now() - payload.at.astimezone(UTC)
        if age > self._max_age or age < -CLOCK_AHEAD:
            limit = int(self._max_age.total_seconds())
            raise Refused(
                "stale",
                f"The request is {age.total_seconds():.0f} s old; at most {limit} s are taken.",
                request_id=payload.id,
            )

    async def _reply(self, device_id: str, delivery: Delivery, reply: Reply) -> None:
        message = Publish(topic=_reply_topic(device_id), payload=msgspec.json.encode(reply_document(reply)), qos=1)
        try:
            await self._client.publish(message, correlation=delivery.correlation)
        except BrokerError as error:  # the sender repeats the request under its id and gets the stored answer
            log.warning("reply not delivered", device_id=device_id, what=error.what)


def _decode(payload: bytes) -> RequestPayload:
    try:
        return msgspec.json.decode(payload, type=RequestPayload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Refused("malformed", f"The request is not valid: {what}.") from error


def _refusal(refused: Refused) -> Reply:
    return Reply(
        request=refused.request_id,
        outcome=Outcome.REFUSE,
        text=refused.text,
        session=new_id(),
        reason=refused.reason,
    )


def _reply_topic(device_id: str) -> str:
    return f"aios/v1/device/{device_id}/reply"
