"""What RP2 boards need beside MicroPython: the Pico SDK, TinyUSB, and the radio's driver.

PICO_SDK_PATH= and MPY_DIR= always win. Otherwise the first two come from Debian (deps.toml); the
radio's driver and its Bluetooth stack are not in Debian, only in MicroPython's submodules.
"""

import os
from pathlib import Path

from tools.base import say
from tools.get import deps

# What a git checkout of MicroPython needs for any RP2 board, the SDK that Debian has included.
SUBMODULES = ["lib/mbedtls", "lib/lwip", "lib/pico-sdk", "lib/tinyusb"]
# What a board's features (board.json) ask for: a submodule of MicroPython, a file that shows it.
RADIO = {
    "WiFi": ("lib/cyw43-driver", "src/cyw43.h"),
    "BLE": ("lib/btstack", "src/btstack.h"),
}


def sdk(mpy):
    """Path of the SDK for a MicroPython tree."""
    given = os.environ.get("PICO_SDK_PATH")
    if given:
        folder = Path(given).expanduser().resolve()
        if not (folder / "pico_sdk_init.cmake").is_file():
            say.stop(f"PICO_SDK_PATH={given} is not the Pico SDK (no pico_sdk_init.cmake)")
        return folder
    own = mpy / "lib" / "pico-sdk"
    return own if (own / "pico_sdk_init.cmake").is_file() else deps.part("pico-sdk")


def provide_tinyusb(mpy):
    """MicroPython's build takes TinyUSB from its own tree only."""
    folder = mpy / "lib" / "tinyusb"
    if mpy.is_relative_to(deps.SRC):
        deps.part("tinyusb", folder)
    elif not (folder / "src" / "tusb.h").is_file():
        say.stop(f"MPY_DIR={mpy} lacks TinyUSB: {update_command([])}")


def update_command(radio):
    """The submodules that docs/boards.md names too, with those of the radio."""
    return f"git submodule update --init {' '.join([*SUBMODULES, *radio])}"


def require_radio(board, mpy):
    wanted = [RADIO[feature] for feature in RADIO if feature in board.about["features"]]
    missing = [path for path, witness in wanted if not (mpy / path / witness).is_file()]
    if missing:
        say.stop(
            f"{board.name} needs {' and '.join(missing)} in MicroPython's tree, and Debian has "
            "no package of them: give MPY_DIR=<a git checkout of MicroPython> in which you ran "
            f"{update_command([path for path, _ in wanted])} (in other trees, of MicroPython "
            "1.25: cyw43-driver 1.1.0 and btstack 1.6.1; its file lists do not fit later ones)"
        )
