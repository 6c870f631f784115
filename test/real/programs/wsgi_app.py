"""A WSGI application: answers with what it was asked, and a body of the asked length."""


def app(environ, start_response):
    path = environ["PATH_INFO"]
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    answer = ("%s %d " % (path, len(body))).encode("ascii") + b"." * (len(path) * 37)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]
