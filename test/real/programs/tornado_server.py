"""Tornado on a port of the system's choice; ends cleanly on SIGTERM."""
import asyncio
import signal

import tornado.httpserver
import tornado.netutil
import tornado.web


class Answer(tornado.web.RequestHandler):
    def get(self):
        path = self.request.path
        self.write("%s %d " % (path, len(self.request.body)) + "." * (len(path) * 37))

    post = get


async def main():
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
    server = tornado.httpserver.HTTPServer(tornado.web.Application([("/.*", Answer)]))
    server.add_sockets(sockets)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    print("listening on 127.0.0.1:%d" % sockets[0].getsockname()[1], flush=True)
    await stopped.wait()
    server.stop()
    await server.close_all_connections()
    print("stopped", flush=True)


asyncio.run(main())
