"""aiohttp on a port of the system's choice; ends cleanly on SIGTERM."""
import asyncio
import signal

from aiohttp import web


async def answer(request):
    body = await request.read()
    return web.Response(text="%s %d " % (request.path, len(body)) + "." * (len(request.path) * 37))


async def main():
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    print("listening on 127.0.0.1:%d" % site._server.sockets[0].getsockname()[1], flush=True)
    await stopped.wait()
    await runner.cleanup()
    print("stopped", flush=True)


asyncio.run(main())
