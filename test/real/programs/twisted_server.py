"""Twisted on a port of the system's choice; its reactor ends cleanly on SIGTERM."""
from twisted.internet import reactor
from twisted.web import resource, server


class Answer(resource.Resource):
    isLeaf = True

    def render(self, request):
        path = request.path.decode("ascii")
        body = request.content.read()
        return ("%s %d " % (path, len(body))).encode("ascii") + b"." * (len(path) * 37)


port = reactor.listenTCP(0, server.Site(Answer()), interface="127.0.0.1")
print("listening on 127.0.0.1:%d" % port.getHost().port, flush=True)
reactor.run()
print("stopped", flush=True)
