# Streams without a descriptor (MicroPython's own TLS sockets) wait in the context beside
# sockets: each is asked by ioctl, and what a TLS socket has buffered counts as
# readable.
import asyncio
import binascii

import tls
from http_client import ROOMY, pick_port

import lws

# a key for this test only
CERT = (
    b"MIIBfjCCASWgAwIBAgIUGaIVx944htScVxTCv/HW0US1FS4wCgYIKoZIzj0EAwIwFDESMBAGA1UE"
    b"AwwJbG9jYWxob3N0MCAXDTI2MTEyMzAwNTU0NVoYDzIwODEwODI2MDA1NTQ1WjAUMRIwEAYDVQQD"
    b"DAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQaAnq/Mb1+DTBJ0J8dJXtuzhpP"
    b"a8MMmAxNqBynMj925Msg/xuCoZN5QC8K+IDX79LS7yGJKolBKzmjlHxsTAsWo1MwUTAdBgNVHQ4E"
    b"FgQUei7duqIYVXyfLnWPzpZqtzb9OAAwHwYDVR0jBBgwFoAUei7duqIYVXyfLnWPzpZqtzb9OAAw"
    b"DwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiANuegEwW0FAH3lnmtDZcMSvW0mcJvg"
    b"tmwN3TuFMVxtNAIgWnXA3lXDlmJX9MKAI7yssJ63ajeAG2Z0MWwEA9E8XNs="
)
KEY = (
    b"MHcCAQEEINq6oy+6t5r9aBgr5y3HqDPqQ7XezO1rjN5sN0lJNkK8oAoGCCqGSM49AwEHoUQDQgAE"
    b"GgJ6vzG9fg0wSdCfHSV7bs4aT2vDDJgMTagcpzI/duTLIP8bgqGTeUAvCviA1+/S0u8hiSqJQSs5"
    b"o5R8bEwLFg=="
)

LINES = 30
TLS_TALKS = 4 if ROOMY else 1  # both ends of one take about 60 KB


def contexts():
    server = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(binascii.a2b_base64(CERT), binascii.a2b_base64(KEY))
    client = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    client.verify_mode = tls.CERT_NONE  # the queue is under test, not the trust
    return server, client


async def echo(reader, writer):
    while True:
        line = await reader.readline()
        if not line:
            break
        writer.write(line)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def talk(port, context):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    writer.write(b"two lines\nin one record\n")  # the second is buffered behind the first
    await writer.drain()
    assert await reader.readline() == b"two lines\n"
    assert await reader.readline() == b"in one record\n"
    for i in range(LINES):
        writer.write(b"%d " % i + b"x" * 500 + b"\n")
        await writer.drain()
        assert (await reader.readline()).startswith(b"%d " % i)
    writer.close()
    await writer.wait_closed()


async def main():
    lws.install()
    server_context, client_context = contexts()
    secure, plain = pick_port(), pick_port()
    servers = [
        await asyncio.start_server(echo, "127.0.0.1", secure, ssl=server_context),
        await asyncio.start_server(echo, "127.0.0.1", plain),
    ]
    talks = [talk(secure, client_context) for _ in range(TLS_TALKS)]
    talks += [talk(plain, None) for _ in range(4)]
    await asyncio.wait_for(asyncio.gather(*talks), 60)
    for server in servers:
        server.close()
    await asyncio.sleep_ms(10)


asyncio.run(main())
print("OK")
