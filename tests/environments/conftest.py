from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from envguard.environments.probe import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROBE = Path(inside.__file__)
RELEASES = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")


def find_python(release: str) -> Path:
    """A real interpreter of a feature release; skips, or fails where all are required."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for python in sorted(root.glob(f"versions/{release}.*/bin/python")):
        return python
    found = shutil.which(f"python{release}")
    if found:
        return Path(found)
    reason = f"no Python {release} on this machine"
    if os.environ.get("ENVGUARD_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(params=RELEASES)
def python(request: pytest.FixtureRequest) -> Path:
    return find_python(request.param)


@pytest.fixture(scope="session")
def real_python() -> Callable[[str], Path]:
    return find_python


@pytest.fixture(scope="session")
def every_python() -> dict[str, Path]:
    return {release: find_python(release) for release in RELEASES}


@pytest.fixture
def lib(tmp_path: Path) -> Path:
    """A folder on nobody's import path, to be filled as a site-packages."""
    folder = tmp_path / "lib"
    folder.mkdir()
    return folder


@pytest.fixture
def write() -> Callable[..., None]:
    def write_files(folder: Path, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return write_files


@pytest.fixture
def dist(write: Callable[..., None]) -> Callable[..., Path]:
    """Installs a made-up distribution; ``files`` are its modules, listed in its RECORD."""

    def install(
        folder: Path, name: str, version: str = "1.0", files: dict[str, str | bytes] | None = None,
        **metadata: str | bytes,
    ) -> Path:  # fmt: skip
        info = f"{name}-{version}.dist-info"
        write(folder, files or {})
        listed = [*(files or {}), f"{info}/METADATA", f"{info}/RECORD"]
        write(
            folder,
            {
                f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\n",
                f"{info}/INSTALLER": "pip\n",
                f"{info}/RECORD": "".join(f"{path},,\n" for path in sorted(listed)),
                **{f"{info}/{key}": text for key, text in metadata.items()},
            },
        )
        return folder / info

    return install


@pytest.fixture
def own_modules() -> Iterator[None]:
    """Forgets what a test imported, and what it put on the path."""
    modules, path = set(sys.modules), list(sys.path)
    yield
    for name in set(sys.modules) - modules:
        del sys.modules[name]
    sys.path[:] = path


@pytest.fixture
def ask_probe(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """The steps that the probe answers as a script, run by a given Python."""

    def ask(
        python: Path | str = sys.executable, *, env: dict[str, str] | None = None, **request: Any
    ) -> list[dict[str, Any]]:
        finished = subprocess.run(
            [str(python), "-B", str(PROBE)],
            input=json.dumps({"mark": "MARK", **request}).encode(),
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
            check=False,
            timeout=60,
        )
        lines = [line for line in finished.stdout.split(b"\n") if line.startswith(b"MARK")]
        return [json.loads(line[4:]) for line in lines]

    return ask
