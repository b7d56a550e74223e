include("../../ports/qemu/manifest.py")
include("../../lws_mp/manifest.py")
