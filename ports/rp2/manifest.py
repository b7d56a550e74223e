# What MicroPython freezes for its own RP2 boards, without the drivers of micropython-lib.
freeze("$(PORT_DIR)/modules")
include("$(MPY_DIR)/extmod/asyncio")
