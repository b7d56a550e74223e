include("../../ports/esp32/manifest.py")
include("../../lws_mp/manifest.py")
