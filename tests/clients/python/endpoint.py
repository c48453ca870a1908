"""An endpoint that functions are called at, and its answers, down to the byte."""

import json
import socket
import threading


class Endpoint:
    """An endpoint on this machine. `answers` has for each path the bytes of a whole answer, made of the event."""

    def __init__(self):
        self.answers, self.asked, self.open = {}, [], 0
        self.changed = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _change(self, opened=0, asked=None):
        with self.changed:
            self.open += opened
            if asked:
                self.asked.append(asked)
            self.changed.notify_all()

    def _serve(self, connection):
        self._change(opened=1)
        with connection:
            try:
                while self._answer(connection):
                    pass
            except OSError:
                pass
        self._change(opened=-1)

    def _answer(self, connection):
        read = b""
        while b"\r\n\r\n" not in read:
            more = connection.recv(65536)
            if not more:
                return False
            read += more
        head, body = read.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        while len(body) < int(headers["content-length"]):
            body += connection.recv(65536)
        _, target, _ = lines[0].split(" ")
        event = json.loads(body)
        self._change(asked=(target, lines[1:], event))
        answer = self.answers[target.split("?")[0]](event)
        if answer is None:
            # Until the caller gives up.
            connection.recv(1)
            return False
        connection.sendall(answer)
        return True

    def wait(self, found):
        with self.changed:
            assert self.changed.wait_for(lambda: found(self), timeout=30), (self.open, self.asked)

    def calls(self, target):
        return [asked for asked in self.asked if asked[0] == target]


def answer(body, status="200 OK", **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data
