# An order form: shown, checked, summed up. Its fields come urlencoded or as multipart.
import os

if os.getenv("FRAMEWORK") == "microdot":
    from microdot import Microdot
    from microdot.multipart import with_form_data
else:
    from lws.http import Microdot, with_form_data

PAGE = """<!doctype html><form method=post>
<input name=item><input name=count><input name=gift type=checkbox></form>"""

app = Microdot()


def order(form):
    count = form.get("count", "0")
    if not form.get("item") or not count.isdigit():
        return {"error": "item and a number, please"}, 400
    return {"item": form["item"], "count": int(count), "gift": "gift" in form}


@app.get("/")
def show(request):
    return PAGE, 200, {"Content-Type": "text/html"}


@app.post("/")
async def take(request):
    if request.form is None:
        return "no form", 415
    return order(request.form)


@app.post("/tags")
async def tags(request):
    return request.form.getlist("tag")


@app.post("/multipart")
@with_form_data
async def take_multipart(request):
    return order(request.form)


app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
