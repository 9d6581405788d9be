"""Distributions: their properties are kept, the edge reads them and serves the site; the address is one that a browser opens here."""

from __future__ import annotations

from typing import Any

from . import engine
from .table import Stored, TABLE


class Sites:
    """Addresses of the site while it is served on a port of this machine."""

    def __init__(self, port: int) -> None:
        self._domain = f"127.0.0.1:{port}" if port else "{pid}.cloudfront.net"

    def distribution(self) -> Stored:
        return Stored(
            "AWS::CloudFront::Distribution",
            attributes={"Id": "{pid}", "Arn": "arn:aws:cloudfront::{account}:distribution/{pid}", "DomainName": self._domain},
        )

    def reachable(self, value: Any) -> Any:
        """A template writes https:// before the domain; here nobody has a certificate."""
        return value.replace(f"https://{self._domain}", f"http://{self._domain}") if isinstance(value, str) else value


def install(site_port: int) -> None:
    sites = Sites(site_port)
    TABLE["AWS::CloudFront::Distribution"] = sites.distribution().handler()
    engine.OUTPUT_VALUE = sites.reachable
