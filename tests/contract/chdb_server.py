#!/usr/bin/env python3
"""A shard as the resolver sees one, HTTPS with client certificates, on chdb: ClickHouse as a library.

    chdb_server.py CERTIFICATE KEY CA DATA PORT_FILE

Answers what the resolver posts to a ClickHouse server: the statement in the body or in `query` (then the body is the
data of an INSERT in Native), settings in the address. Settings that this version does not know are errors, as there.
"""
import re
import ssl
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from chdb.session import Session

NO_SETTINGS = ('database', 'query', 'query_id')
INSERT = re.compile(r'(INSERT INTO .*) FORMAT Native', re.S)


class Engine:
    """One statement at a time; a Session of chdb is not for several threads."""

    def __init__(self, folder):
        self.session = Session(str(folder))
        self.lock = threading.Lock()
        self.session.query('CREATE DATABASE IF NOT EXISTS blindlink')

    def ask(self, parameters, statement, data):
        with self.lock:
            self.session.query(f'USE {parameters.get("database", "default")}')
            for name, value in parameters.items():
                if name not in NO_SETTINGS:
                    self.session.query(f'SET {name} = {value}')
            if data is not None:
                with tempfile.NamedTemporaryFile(suffix='.native') as file:
                    file.write(data)
                    file.flush()
                    into = INSERT.fullmatch(statement)[1]
                    return self.session.query(f"{into} SELECT * FROM file('{file.name}', 'Native')").bytes()
            wanted = 'Native' if statement.endswith(' FORMAT Native') else 'TabSeparated'
            return self.session.query(statement.removesuffix(' FORMAT Native'), wanted).bytes()


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    engine = None

    def do_POST(self):
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        query = parameters.get('query')
        try:
            code, reply = 200, self.engine.ask(parameters, query or body.decode(), body if query else None)
        except Exception as error:  # chdb throws RuntimeError with the server's words, "Code: 60. DB::Exception: ..."
            code, reply = 500, str(error).encode()
        self.send_response(code)
        self.send_header('Content-Length', str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


def main():
    certificate, key, ca, data, port_file = sys.argv[1:]
    Handler.engine = Engine(data)
    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(ca)
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
    new = Path(port_file + '.new')
    new.write_text(str(server.server_address[1]))
    new.rename(port_file)
    server.serve_forever()


if __name__ == '__main__':
    main()
