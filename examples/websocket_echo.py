# WebSocket, two ways:   python -m websockets ws://127.0.0.1:8080/echo
import os

from lws.http import Server

app = Server()


# A coroutine lives as long as its connection and may wait, keep state, and send whenever it likes.
@app.websocket("/echo")
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)


# A plain function is called for each message: the least memory for many connections.
@app.websocket("/shout")
def shout(ws, message):
    ws.send(message.upper())


app.run(port=int(os.getenv("PORT", "8080")) if hasattr(os, "getenv") else 80)
