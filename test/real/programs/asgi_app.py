"""An ASGI application: answers with what it was asked, and a body of the asked length."""
import asyncio


async def app(scope, receive, send):
    if scope["type"] != "http":
        return  # No lifespan.
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await asyncio.sleep(0)
    path = scope["path"]
    answer = ("%s %d " % (path, length)).encode("ascii") + b"." * (len(path) * 37)
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(answer)).encode("ascii"))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
