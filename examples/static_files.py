# A folder on the web: types, ETags, ranges and .gz siblings come with it.
#
#   build/unix/micropython examples/static_files.py examples/dashboard/www
import os
import sys

from lws.http import Server

FOLDER = sys.argv[1] if len(sys.argv) > 1 else "/rom/www"  # what lies in ROMFS is sent from flash

app = Server()
app.mount("/", FOLDER)
app.run(port=int(os.getenv("PORT", "8080")) if hasattr(os, "getenv") else 80)
