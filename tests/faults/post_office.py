"""A mail server of a few lines that can keep a mail in its hands for as long as a test wishes."""

import socketserver
import threading
from email import message_from_bytes
from email.message import Message


class PostOffice(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine from its making; `accepted` holds what it said yes to."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Clerk)
        self.accepted: list[Message] = []
        self.has_one = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def hold(self) -> None:
        """Take the next mail, and answer neither yes nor no until let_go."""
        self.may_answer.clear()

    def let_go(self) -> None:
        self.may_answer.set()


class _Clerk(socketserver.StreamRequestHandler):
    server: PostOffice

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 post office")
        while line := self.rfile.readline():
            word = line.strip().upper().split(b" ")[0]
            if word == b"DATA":
                self.say("354 go on")
                self.take()
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if not line:
            return
        self.server.has_one.set()
        held = not self.server.may_answer.is_set()
        self.server.may_answer.wait(60)
        if held and not self._is_still_there():
            return
        self.server.accepted.append(message_from_bytes(b"".join(lines)))
        self.say("250 accepted")

    def _is_still_there(self) -> bool:
        """A sender that died has closed its end: nothing was promised to it."""
        self.connection.settimeout(0.5)
        try:
            return bool(self.connection.recv(1, 2))  # MSG_PEEK: an empty answer is a closed end
        except TimeoutError:
            return True
        except OSError:
            return False
