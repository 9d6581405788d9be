"""CDK's own custom resources, run natively: on AWS their functions are Python with boto3 and an AWS CLI layer.

A stock control plane hangs on ``Custom::S3BucketNotifications`` until its time-out (an hour).
"""

from __future__ import annotations

import asyncio
import io
import mimetypes
import zipfile
from xml.sax.saxutils import escape

from ministack.services import s3

from .table import Attributes, Handler, Properties, RefusedError, TABLE

#: Property, element, key of the target's ARN.
_TARGETS = (
    ("LambdaFunctionConfigurations", "CloudFunction", "LambdaFunctionArn"),
    ("QueueConfigurations", "Queue", "QueueArn"),
    ("TopicConfigurations", "Topic", "TopicArn"),
)


def notification_xml(settings: Properties) -> bytes:
    """CloudFormation's notification settings as the body of PutBucketNotificationConfiguration."""
    parts = ["<EventBridgeConfiguration/>"] if "EventBridgeConfiguration" in settings else []
    for key, element, arn in _TARGETS:
        for target in settings.get(key, []):
            events = "".join(f"<Event>{escape(event)}</Event>" for event in target["Events"])
            rules = "".join(
                f"<FilterRule><Name>{escape(rule['Name'])}</Name><Value>{escape(rule['Value'])}</Value></FilterRule>"
                for rule in target.get("Filter", {}).get("Key", {}).get("FilterRules", [])
            )
            chosen = f"<Filter><S3Key>{rules}</S3Key></Filter>" if rules else ""
            parts.append(f"<{element}Configuration>{events}<{element}>{escape(target[arn])}</{element}>{chosen}</{element}Configuration>")
    return f"<NotificationConfiguration>{''.join(parts)}</NotificationConfiguration>".encode()


def bucket_notifications() -> Handler:
    def put(props: Properties) -> None:
        status, _headers, body = s3._put_bucket_notification(props["BucketName"], notification_xml(props["NotificationConfiguration"]))
        if status >= 400:
            raise RefusedError(body.decode())

    def create(_logical_id: str, props: Properties, _stack: str) -> tuple[str, Attributes]:
        put(props)
        return f"{props['BucketName']}-notifications", {}

    def update(physical_id: str, _old: Properties, new: Properties, _stack: str) -> tuple[str, Attributes]:
        put(new)
        return physical_id, {}

    def delete(_physical_id: str, props: Properties) -> None:
        s3._bucket_notifications.pop(props["BucketName"], None)

    return {"create": create, "update": update, "delete": delete}


def bucket_deployment() -> Handler:
    """Unzips the assets into the destination and fills the markers in (a config file gets the API's address)."""

    def create(_logical_id: str, props: Properties, _stack: str) -> tuple[str, Attributes]:
        sources = list(zip(props["SourceBucketNames"], props["SourceObjectKeys"]))
        markers = props.get("SourceMarkers") or [{}] * len(sources)
        for (bucket, key), replacements in zip(sources, markers):
            _unzip(props, s3._get_object_data(bucket, key), replacements)
        destination = props["DestinationBucketName"]
        return f"deployed-{destination}", {
            "DestinationBucketArn": f"arn:aws:s3:::{destination}",
            "SourceObjectKeys": props["SourceObjectKeys"],
        }

    return {"create": create, "delete": lambda physical_id, props: None}


def _unzip(props: Properties, asset: bytes, replacements: dict[str, str]) -> None:
    prefix = (props.get("DestinationBucketKeyPrefix") or "").strip("/")
    with zipfile.ZipFile(io.BytesIO(asset)) as archive:
        for item in archive.infolist():
            if item.is_dir():
                continue
            data = archive.read(item)
            for marker, value in replacements.items():
                data = data.replace(marker.encode(), str(value).encode())
            key = "/".join(part for part in (props["DestinationBucketName"], prefix, item.filename) if part)
            content_type = mimetypes.guess_type(item.filename)[0] or "application/octet-stream"
            asyncio.run(s3.handle_request("PUT", f"/{key}", {"content-type": content_type}, data, {}))


NATIVE_TYPES = {
    "Custom::S3BucketNotifications": bucket_notifications,
    "Custom::CDKBucketDeployment": bucket_deployment,
}


def install() -> None:
    for type_name, make in NATIVE_TYPES.items():
        TABLE[type_name] = make()
