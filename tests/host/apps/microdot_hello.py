# A page, JSON, parameters, cookies, errors and a shutdown, in microdot's words.
import os

if os.getenv("FRAMEWORK") == "microdot":
    from microdot import Microdot, Response, abort, redirect
else:
    from lws.http import Microdot, Response, abort, redirect

app = Microdot()
Response.default_content_type = "text/html"


@app.route("/")
async def hello(request):
    return "<!doctype html><h1>Hello</h1><a href='/shutdown'>stop</a>"


@app.get("/json")
def json(request):
    return {"path": request.path, "args": dict(request.args.items()) and request.args["q"]}


@app.get("/users/<int:id>/<name>")
async def user(request, id, name):
    return str(id * 2) + ":" + name, 200, {"Content-Type": "text/plain", "X-Id": str(id)}


@app.route("/thing", methods=["PUT", "DELETE"])
def thing(request):
    return request.method, 202


@app.get("/cookie")
def cookie(request):
    response = Response("was " + request.cookies.get("seen", "never"))
    response.set_cookie("seen", "yes", path="/", max_age=10, http_only=True)
    return response


@app.get("/away")
def away(request):
    return redirect("/json?q=1")


@app.get("/teapot")
def teapot(request):
    abort(418, "no coffee")


@app.get("/wrong")
def wrong(request):
    return {}["nothing"]


@app.get("/count")
def count(request):
    def numbers():
        for i in range(5):
            yield str(i)

    return numbers()


@app.before_request
async def before(request):
    request.g.marks = ["before"]


@app.after_request
def after(request, response):
    response.headers["X-Marks"] = ",".join(request.g.marks + ["after"])
    return response


@app.errorhandler(404)
def not_found(request):
    return {"error": "not found"}, 404


@app.errorhandler(KeyError)
def key_error(request, exception):
    return {"error": "key"}, 500


@app.get("/shutdown")
async def shutdown(request):
    request.app.shutdown()
    return "stopping"


app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
