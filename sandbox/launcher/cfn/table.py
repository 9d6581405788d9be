"""How an entry of ministack's resource table is made.

``api``     the type is backed by a service that ministack already has; create, update and delete call that service's own wire
            protocol in process, not its private Python functions.
``stored``  nothing behaves behind the type here; properties are kept, so that Ref and GetAtt work and a tool can read them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ministack.app import SERVICE_HANDLERS
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
Attributes = dict[str, Any]
Handler = dict[str, Any]

#: Type name -> entry. Shared with ministack: what we put here is what CloudFormation uses.
TABLE: dict[str, Handler] = provisioners._RESOURCE_HANDLERS

#: "<type> <physical id>" -> properties, of everything that is only stored.
STORED = AccountRegionScopedDict()


class RefusedError(ValueError):
    """A service of the control plane answered with an error; the resource fails with its words."""


def call(service: str, target: str, data: dict[str, Any], ignore: tuple[str, ...] = ()) -> dict[str, Any]:
    """One JSON-protocol request to a service of the control plane.

    ``ignore``: error codes (or parts of them) that count as done, for example when deleting what is gone.
    """
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
    request = SERVICE_HANDLERS[service]("POST", "/", headers, json.dumps(data).encode(), {})
    try:
        request.send(None)
    except StopIteration as done:
        status, _headers, body = done.value
    else:
        raise RuntimeError(f"{target} waited for something; such a handler cannot be driven from here")

    answer: dict[str, Any] = json.loads(body or b"{}")
    code = answer.get("__type") or ""
    if status >= 400 and not any(part in code for part in ignore):
        raise RefusedError(f"{target}: {code}: {answer.get('message') or answer.get('Message')}")
    return answer


def lower_first(value: Any) -> Any:
    """CloudFormation property names -> the camelCase names of REST-JSON and Logs APIs."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lower_first(item) for key, item in value.items()}
    return [lower_first(item) for item in value] if isinstance(value, list) else value


def physical_name(stack: str, logical_id: str) -> str:
    """The name that ministack gives to an unnamed resource: stable per stack and logical id."""
    name: str = provisioners._physical_name(stack, logical_id)
    return name


@dataclass(frozen=True)
class Api:
    """A type behind a service's JSON API."""

    service: str
    #: Prefix of ``x-amz-target``, for example ``AWSGlue``.
    prefix: str
    create: str
    delete: str | None = None
    #: Operation and request of an update; without it the resource is deleted and created again.
    update: str | None = None
    update_request: Callable[[str, Properties], dict[str, Any]] = lambda physical_id, props: props
    #: Property that names the resource; generated when the template gives none.
    name: str | None = None
    request: Callable[[Properties], dict[str, Any]] = lambda props: props
    #: Request that identifies the resource, for the delete.
    identity: Callable[[str, Properties], dict[str, Any]] | None = None
    #: Physical id from properties and answer; by default the name.
    ref: Callable[[Properties, dict[str, Any]], str] | None = None
    attributes: Callable[[str], Attributes] = lambda physical_id: {}

    def handler(self) -> Handler:
        """The entry for ``TABLE``."""
        return {"create": self._create, "update": self._update, "update_with_logical_id": True, "delete": self._delete}

    def _create(self, logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        if self.name:
            props = {**props, self.name: props.get(self.name) or physical_name(stack, logical_id)}
        answer = call(self.service, f"{self.prefix}.{self.create}", self.request(props))
        physical_id = self.ref(props, answer) if self.ref else str(props[self.name or ""])
        return physical_id, self.attributes(physical_id)

    def _update(self, physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None) -> tuple[str, Attributes]:
        if self.update is None:
            self._delete(physical_id, old)
            return self._create(logical_id or physical_id, new, stack)
        props = {**new, self.name: new.get(self.name) or physical_id} if self.name else new
        call(self.service, f"{self.prefix}.{self.update}", self.update_request(physical_id, props))
        return physical_id, self.attributes(physical_id)

    def _delete(self, physical_id: str, props: Properties) -> None:
        if self.delete:
            identity = self.identity(physical_id, props or {}) if self.identity else {self.name: physical_id}
            call(self.service, f"{self.prefix}.{self.delete}", identity, ignore=("NotFound", "Exception"))


@dataclass(frozen=True)
class Stored:
    """A type whose properties are kept and nothing more."""

    type_name: str
    #: Property that names the resource.
    name: str | None = None
    #: Pattern of the physical id, with ``{name}``, ``{region}``, ``{account}``; by default the name.
    ref: str | None = None
    #: Attribute -> pattern with ``{pid}``, ``{region}``, ``{account}``.
    attributes: dict[str, str] = field(default_factory=dict)

    def handler(self) -> Handler:
        """The entry for ``TABLE``."""
        return {"create": self._create, "update": self._update, "delete": self._delete}

    def _create(self, logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        name = (props.get(self.name) if self.name else None) or physical_name(stack, logical_id)
        physical_id = self.ref.format(name=name, region=get_region(), account=get_account_id()) if self.ref else str(name)
        return self._keep(physical_id, props)

    def _update(self, physical_id: str, _old: Properties, new: Properties, _stack: str) -> tuple[str, Attributes]:
        return self._keep(physical_id, new)

    def _delete(self, physical_id: str, _props: Properties) -> None:
        STORED.pop(f"{self.type_name} {physical_id}", None)

    def _keep(self, physical_id: str, props: Properties) -> tuple[str, Attributes]:
        STORED[f"{self.type_name} {physical_id}"] = props
        scope = {"pid": physical_id, "region": get_region(), "account": get_account_id()}
        return physical_id, {key: pattern.format(**scope) for key, pattern in self.attributes.items()}
