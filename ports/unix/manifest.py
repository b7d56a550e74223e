include("$(MPY_DIR)/extmod/asyncio")
include("../../lws_mp/manifest.py")
