# An HTML form: GET shows it, POST takes it.   curl -d name=Ada http://127.0.0.1:8080/
import os

from lws.http import Server

PAGE = """<!doctype html><meta charset="utf-8"><title>Form</title>
<form method="post">
<label>Your name <input name="name" required></label> <button>Send</button>
</form>
<p>%s</p>"""

app = Server()


# What a visitor typed must not become part of the page's markup.
def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def page(words):
    return PAGE % words, 200, {"Content-Type": "text/html; charset=UTF-8"}


@app.get("/")
def show(request):
    return page("")


@app.post("/")
def greet(request):
    name = (request.form or {}).get("name", "").strip()
    if not name:
        return "A name, please\n", 400
    return page("Hello, " + escape(name) + "!")


app.run(port=int(os.getenv("PORT", "8080")) if hasattr(os, "getenv") else 80)
