"""make run: serves the dashboard on the unix firmware until Ctrl-C; the app prints its address.

Its page comes from a ROMFS image, as it would from a board's flash.
"""

import os
import signal
import socket
import subprocess
import sys

import repo
import romfs_image
import say

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
        say.stop(f"port {port} is in use: make run PORT={port + 1}")
    env = {**os.environ, "PORT": str(port), "ROMFS": str(romfs_image.image(APP.parent))}
    # a group of its own: Ctrl-C reaches us alone, and we end the server without its traceback
    process = subprocess.Popen(
        [repo.BUILD / "unix" / "micropython", APP], env=env, cwd=repo.ROOT, process_group=0
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(process.wait())
    except KeyboardInterrupt:
        say.note("stopped")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
