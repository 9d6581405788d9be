"""Waybill's control plane: ministack, pinned and extended in process. Settings come by environment (settings.py).

Usage: python main.py
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pins  # noqa: E402
import settings as settings_module  # noqa: E402


def clean_torn_writes(folder: Path) -> None:
    """An object whose writing was cut off by a kill lies there as ``<key>.tmp``; it must not come back as an object."""
    for file in folder.rglob("*.tmp"):
        whole = file.with_name(f"{file.name}.meta.json")
        if file.is_file() and not whole.exists():
            file.unlink(missing_ok=True)


def prune_code(folder: Path, snapshot: Path | None) -> None:
    """Function code that the snapshot does not refer to belongs to deployments that were replaced."""
    state = snapshot / "lambda.json" if snapshot else None
    referenced = state.read_text() if state and state.exists() else ""
    for blob in folder.glob("*.zip"):
        if blob.stem not in referenced:
            blob.unlink(missing_ok=True)


async def serve(settings: settings_module.Settings) -> None:
    """Serves until SIGTERM or SIGINT."""
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    import admin
    import responsive
    from install import install

    installed = install(settings)
    admin.restore_stored()
    responsive.settle()
    config = Config()
    config.bind = [f"127.0.0.1:{settings.control_port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.loglevel = "WARNING"
    config.accesslog = None

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await hypercorn_serve(admin.Admin(installed), config, shutdown_trigger=stop.wait)


def main() -> None:
    try:
        pins.check()
    except pins.WrongPinError as error:
        sys.exit(str(error))
    settings = settings_module.read()
    settings_module.apply(settings)
    os.umask(0o077)
    clean_torn_writes(settings.folder / "s3")
    prune_code(settings.folder / "control" / "lambda-blobs", settings.snapshot)

    import snapshot

    snapshot.load_from(settings.snapshot)
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
