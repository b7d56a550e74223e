"""The ROMFS image of an app's folder: read-only files that a firmware uses in place."""

import contextlib
import io
from pathlib import Path

from tools.base import repo


def image(folder):
    """Path of the image in build/."""
    from mpremote import romfs  # of the venv: emulating without an app does not need it

    folder = Path(folder).resolve()
    path = repo.BUILD / f"{folder.name}.romfs"
    with contextlib.redirect_stdout(io.StringIO()):  # it lists the files
        path.write_bytes(romfs.make_romfs(str(folder), mpy_cross=None))
    return path
