"""Settings of a demonstration: everything it needs is made on first use and kept in one folder."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from engage.crypto import new_key

KEYS = ("ENGAGE_SECRET_KEY", "ENGAGE_ENCRYPTION_KEYS", "ENGAGE_INDEX_KEY")
# A demonstration takes these from the environment and nothing else, so that it cannot text anybody.
KEPT = ("ENGAGE_LOG_LEVEL", "ENGAGE_POLICY_DIR", "ENGAGE_METRICS_TOKEN")


def prepare(
    folder: Path, port: int, policy: str | None, environ: Mapping[str, str]
) -> dict[str, str]:
    """Make the folder and its keys if need be; return the environment of the demonstration."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = {name: environ[name] for name in KEPT if environ.get(name)}
    return {
        "ENGAGE_LOG_LEVEL": "WARNING",
        **kept,
        **own_keys(folder / "keys.json"),
        "ENGAGE_ENVIRONMENT": "demo",
        "DATABASE_URL": f"sqlite:///{(folder / 'engage.db').absolute()}",
        "ENGAGE_PUBLIC_URL": f"http://localhost:{port}",
        "ENGAGE_SMS_PROVIDER": "console",
        "ENGAGE_BALLAST_MB": "0",
        "ENGAGE_POLICY": policy or "england",
        "PORT": str(port),
    }


def own_keys(path: Path) -> dict[str, str]:
    """Return the keys kept in this file, which only its owner may read; make them first."""
    try:
        kept = json.loads(path.read_text())
        return {name: str(kept[name]) for name in KEYS}
    except FileNotFoundError:
        pass
    made = {
        "ENGAGE_SECRET_KEY": new_key(),
        "ENGAGE_ENCRYPTION_KEYS": f"k1:{new_key()}",
        "ENGAGE_INDEX_KEY": new_key(),
    }
    unfinished = path.with_suffix(".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(made, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return made
