"""A resolver that does what a test says, over mutual TLS, and a relay before it that can be cut."""

import pathlib
import socket
import subprocess
import threading
from concurrent import futures

import grpc

from blindlink.channel import message

ROOT = pathlib.Path(__file__).resolve().parents[2]
INFO = {"project": "asthma", "run": "run-000007", "plan_name": "us-default"}


def make_certs(folder):
    """For the resolver and the researcher "study"."""
    subprocess.run([ROOT / "certs-example/make-certs.sh", folder, "--researcher", "study"], check=True,
                   stdout=subprocess.DEVNULL)


class FakeResolver:
    """`answers`: method -> function(request, context). It listens at `port`, its relay at `relay.port`."""

    def __init__(self, certs, answers):
        self.certs = pathlib.Path(certs)
        self.requests = []
        self._answers = answers
        self._server = grpc.server(futures.ThreadPoolExecutor(4))
        self._server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("blindlink.v1.Result", {
            "ListResults": self._unary("ListResults", "ListResultsRequest", "ListResultsResponse"),
            "GetMatchPairs": self._stream("GetMatchPairs", "GetRowsRequest", "MatchPairChunk"),
        })])
        pem = {name: (self.certs / name).read_bytes() for name in ("resolver.pem", "resolver.key", "ca.pem")}
        self.port = self._server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials(
            [(pem["resolver.key"], pem["resolver.pem"])], pem["ca.pem"], require_client_auth=True))
        self._server.start()
        self.relay = Relay(self.port)

    def stop(self):
        self.relay.cut()
        self._server.stop(None).wait()

    def _taken(self, name):
        def take(request, context):
            self.requests.append((name, request))
            return self._answers[name](request, context)
        return take

    def _unary(self, name, request, reply):
        return grpc.unary_unary_rpc_method_handler(self._taken(name), message(request).FromString,
                                                   message(reply).SerializeToString)

    def _stream(self, name, request, reply):
        return grpc.unary_stream_rpc_method_handler(self._taken(name), message(request).FromString,
                                                    message(reply).SerializeToString)


class Relay:
    """Passes TCP on to a port; `cut` closes what is open, as a broken line does."""

    def __init__(self, port):
        self._to = port
        self._open = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        for one in self._open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed already

    def _accept(self):
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection(("127.0.0.1", self._to))
            self._open += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass_on(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # cut
