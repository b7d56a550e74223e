# From the network to a file, piece by piece:   curl -T photo.jpg http://127.0.0.1:8080/
import os

from lws.http import Server

FOLDER = "uploads"

app = Server()


# A name from the network must not lead out of the folder.
@app.put("/<name>")
async def upload(request, name):
    if "/" in name or name.startswith("."):
        return "Not this name\n", 400
    size = 0
    with open(FOLDER + "/" + name, "wb") as file:
        while True:
            piece = await request.stream.read(2048)
            if not piece:
                break
            size += file.write(piece)
    return {"name": name, "size": size}, 201


try:
    os.mkdir(FOLDER)
except OSError:
    pass  # it is there already

app.mount("/", FOLDER)
app.run(port=int(os.getenv("PORT", "8080")) if hasattr(os, "getenv") else 80)
