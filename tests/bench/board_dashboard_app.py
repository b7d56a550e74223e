# examples/dashboard, with one more route that says how much heap is free after a collection.
#
#   board_dashboard_app.py /host/path/of/main.py
import gc
import sys

import lws.http


class Server(lws.http.Server):
    def run(self, **address):
        self.get("/collect")(free)
        super().run(**address)


def free(request):
    gc.collect()
    return str(gc.mem_free())


lws.http.Server = Server
with open(sys.argv[1]) as f:
    exec(f.read(), {"__name__": "__main__", "__file__": sys.argv[1]})
