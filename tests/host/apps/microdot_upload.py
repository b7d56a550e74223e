# Files: as the bare body, streamed to disk; and as parts of a form.
import os

if os.getenv("FRAMEWORK") == "microdot":
    from microdot import Microdot, Request, send_file
    from microdot.multipart import FormDataIter, with_form_data
else:
    from lws.http import FormDataIter, Microdot, Request, send_file, with_form_data

FOLDER = os.getenv("FOLDER") + "/"
Request.max_content_length = 1024 * 1024

app = Microdot()


@app.post("/body/<name>")
async def body(request, name):
    size = int(request.headers["Content-Length"])
    left = size
    with open(FOLDER + name, "wb") as file:
        while left > 0:
            piece = await request.stream.read(min(left, 1000))
            file.write(piece)
            left -= len(piece)
    return {"saved": name, "size": size}


@app.get("/body/<name>")
def show(request, name):
    return send_file(FOLDER + name, content_type="application/x-test")


@app.post("/form")
@with_form_data
async def form(request):
    file = request.files["file"]
    await file.save(FOLDER + file.filename)
    return {"file": file.filename, "type": file.content_type, "note": request.form["note"]}


@app.post("/each")
async def each(request):
    found = []
    async for name, value in FormDataIter(request):
        found.append([name, value if isinstance(value, str) else len(await value.read())])
    return found


app.run(host="127.0.0.1", port=int(os.getenv("PORT")))
