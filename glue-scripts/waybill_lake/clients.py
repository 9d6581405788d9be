"""AWS clients, one each a process. Endpoints come only from the SDK's own variables (AWS_ENDPOINT_URL…)."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

# Throttling is normal in a burst: the SDK backs off. Path style: buckets of the sandbox have no host names of their own.


def _config(**more: Any) -> Config:
    return Config(retries={"mode": "standard", "max_attempts": 8}, max_pool_connections=16, **more)


@cache
def s3_client() -> Any:
    own_endpoint = any(os.environ.get(name) for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"))
    return boto3.client("s3", config=_config(s3={"addressing_style": "path"}) if own_endpoint else _config())


@cache
def dynamodb_client() -> Any:
    return boto3.client("dynamodb", config=_config())


@cache
def cloudwatch_client() -> Any:
    return boto3.client("cloudwatch", config=_config())
