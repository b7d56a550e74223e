# The smallest server:   curl http://127.0.0.1:8080/   and   curl http://127.0.0.1:8080/hello/Ada
import os

from lws.http import Server

app = Server()


# A plain function is answered at once; no task is created for it.
@app.get("/")
def index(request):
    return "Hello from MicroPython\n"


# <name> is part of the path; a dict is answered as JSON.
@app.get("/hello/<name>")
def hello(request, name):
    return {"hello": name}


app.run(port=int(os.getenv("PORT", "8080")) if hasattr(os, "getenv") else 80)
