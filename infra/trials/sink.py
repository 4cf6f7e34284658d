"""A next hop in this process that keeps what it takes. Nothing but Python's own library."""

import socketserver
import threading


class Sink:
    """Listens on 127.0.0.1, and takes everything."""

    def __init__(self, port=0):
        self.messages = messages = []

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self):
                self.say("220 sink ESMTP")
                for line in self.rfile:
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        self.say("354 go on")
                        text = []
                        for piece in self.rfile:
                            if piece == b".\r\n":
                                break
                            text.append(piece.decode("latin-1"))
                        messages.append("".join(text))
                    if verb == b"EHLO":
                        self.say("250-sink\r\n250 PIPELINING")
                    elif verb == b"QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 2.0.0 yes")

            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Conversation)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
