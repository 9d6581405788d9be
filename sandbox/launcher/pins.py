"""The exact versions that the patches were written against."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PINS = {"ministack": "1.4.21", "hypercorn": "0.18.0", "cryptography": "50.0.2"}


class WrongPinError(RuntimeError):
    """A package has another version than the patches name private functions of."""


def installed() -> dict[str, str]:
    """Version found per pinned package; ``missing`` where there is none."""
    found = {}
    for package in PINS:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found


def check() -> None:
    """Stops the launcher unless every pin holds: a patch on another version would fail silently."""
    wrong = {name: got for name, got in installed().items() if got != PINS[name]}
    if wrong:
        detail = ", ".join(f"{name} is {got}, pinned is {PINS[name]}" for name, got in wrong.items())
        raise WrongPinError(f"{detail}. Run: waybill doctor, then: waybill stop and start (set-up repairs it).")
