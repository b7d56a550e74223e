# What a request tells about its route, types of files, and the longest line, in microdot's words.
import os

if os.getenv("FRAMEWORK") == "microdot":
    from microdot import Microdot, Request, Response, send_file
else:
    from lws.http import Microdot, Request, Response, send_file

Request.max_readline = 3000
Response.types_map["lws"] = "text/x-lws"
Response.types_map.update({"css": "text/x-css"})
app = Microdot()
api = Microdot()
inner = Microdot()


def told(request, route, subapp):
    return {
        "route": request.route is route,
        "subapp": request.subapp is subapp,
        "prefix": request.url_prefix,
        "args": request.url_args,
    }


@inner.get("/<int:n>/<name>")
def numbered(request, n, name):
    return told(request, numbered, inner)


@api.get("")
async def index(request):
    return told(request, index, api)


@api.get("/fixed")
def fixed(request):
    return told(request, fixed, api)


@app.get("/top/<x>")
def top(request, x):
    return told(request, top, None)


@app.get("/file/<name>")
def file(request, name):
    path = os.getenv("FOLDER") + "/" + name
    with open(path, "w") as f:
        f.write(name)
    return send_file(path)


@app.get("/types")
def types(request):
    return [ext in Response.types_map for ext in ("css", "js", "html", "png", "lws", "nothing")]


@app.get("/line/<text>")
def line(request, text):
    return str(len(text))


@app.errorhandler(404)
def missing(request):
    return {"route": request.route, "subapp": request.subapp, "prefix": request.url_prefix}, 404


api.mount(inner, url_prefix="/inner", local=True)
app.mount(api, url_prefix="/api")
app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
