"""A bucket as an object store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from waybill_lake.clients import s3_client
from waybill_lake.objects.port import ObjectInfo

_ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})


def _is_absent(error: ClientError) -> bool:
    return str(error.response.get("Error", {}).get("Code")) in _ABSENT


@dataclass(frozen=True)
class S3Store:
    bucket: str

    def get(self, key: str) -> bytes | None:
        try:
            return bytes(s3_client().get_object(Bucket=self.bucket, Key=key)["Body"].read())
        except ClientError as error:
            if _is_absent(error):
                return None
            raise

    def put(self, key: str, body: bytes) -> None:
        s3_client().put_object(Bucket=self.bucket, Key=key, Body=body)

    def exists(self, key: str) -> bool:
        try:
            s3_client().head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if _is_absent(error):
                return False
            raise
        return True

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        for page in s3_client().get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            for item in page.get("Contents", ()):
                yield ObjectInfo(str(item["Key"]), int(item["Size"]))
