# What every ESP32 board freezes below our package. No require(): micropython-lib is not needed.
freeze("$(PORT_DIR)/modules")
include("$(MPY_DIR)/extmod/asyncio")
