include("../../ports/rp2/manifest.py")
include("../../lws_mp/manifest.py")
