"""make run: serves the dashboard on the unix firmware until Ctrl-C; the app prints its address.

Its page comes from a ROMFS image, as it would from a board's flash.
"""

from tools.base.interrupt import held  # first: Ctrl-C may come at once

import os
import socket
import subprocess
import sys

from tools.base import ports, repo, say
from tools.compile import romfs_image

APP = repo.ROOT / "examples" / "dashboard" / "main.py"


def in_use(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def main():
    port = int(os.environ.get("PORT") or "8080")
    if in_use(port):
        say.stop(f"port {port} is in use: make run PORT={ports.free_port_after(port)}")
    env = {**os.environ, "PORT": str(port), "ROMFS": str(romfs_image.image(APP.parent))}
    # a group of its own: Ctrl-C reaches us alone, and we end the server without its traceback
    argv = [repo.BUILD / "unix" / "micropython", APP]
    process = None
    try:
        with held():
            process = subprocess.Popen(argv, env=env, cwd=repo.ROOT, process_group=0)
        sys.exit(process.wait())
    except KeyboardInterrupt:
        say.note("stopped")
    finally:
        if process:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
