"""The console without a browser: who gets in, what each role gets, and what a request may cost.

  console_test.py FOLDER_OF_PROGRAMS
"""

import contextlib
import pathlib
import re
import socket
import subprocess
import sys
import time
import unittest

PROGRAMS = sys.argv.pop(1)
from center import ROOT, Center, people, read_answer  # noqa: E402

STATUS = re.compile(r"HTTP/1\.1 (\d+)")


def status(answer):
    found = STATUS.match(answer)
    return int(found[1]) if found else None


class Console(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.center = Center(PROGRAMS, "console_request_ms: 1500 handshake_timeout_ms: 1500\n")
        cls.center.create_project("flu", "--release", "by-grant")
        for site in ("north", "south"):
            cls.center.upload("flu", site, people(40, 1))
        cls.center.run("blindlink-resolver", "coordinator-center", "linkage", "start", "--project", "flu", "--wait")

    @classmethod
    def tearDownClass(cls):
        cls.center.close()

    def token(self, party, path):
        return re.search(r'name="token" value="([0-9a-f]{64})"', self.center.get(party, path))[1]

    def entries(self):
        return self.center.run("blindlink-resolver", "coordinator-center", "audit", "fetch")

    def test_nobody_without_a_certificate_of_the_list_gets_a_byte(self):
        request = b"GET /projects HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        self.assertEqual(self.center.answer(None, request), b"")
        other = self.center.folder / "other-center"
        subprocess.run([ROOT / "certs-example/make-certs.sh", other, "--coordinator", "center"], check=True, capture_output=True)
        self.assertEqual(self.center.answer("coordinator-center", request, certs=other), b"")
        self.assertRegex((self.center.folder / "log").read_text(), "tls-handshake-refused peer=console:127.0.0.1:")

    def test_a_revoked_certificate_gets_nothing_more_on_an_open_connection(self):
        request = b"GET /style.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        allowed = self.center.certs / "allowed-clients.txt"
        before = allowed.read_text()
        with self.center.connect("coordinator-second") as connection:
            connection.sendall(request)
            self.assertIn(b"200 OK", connection.recv(1 << 16))
            allowed.write_text("".join(line for line in before.splitlines(True) if "coordinator/second" not in line))
            try:
                connection.sendall(request)
                # What was left of the first answer may still come.
                self.assertNotIn(b"HTTP/1.1", read_answer(connection))
                self.assertEqual(self.center.answer("coordinator-second", request), b"")
            finally:
                allowed.write_text(before)
        self.assertEqual(status(self.center.get("coordinator-second", "/projects")), 200)

    def test_each_role_sees_what_the_table_of_methods_gives_it(self):
        allowed = {"/projects": "csr", "/projects/flu": "csr", "/projects/flu/quality": "cs", "/projects/flu/runs/run-000001": "c",
                   "/projects/flu/start": "c", "/projects/flu/runs/run-000001/entity": "c", "/projects/flu/access": "cr", "/audit": "c", "/health": "c"}
        for path, roles in allowed.items():
            for party in ("coordinator-center", "site-north", "researcher-study"):
                answer = self.center.get(party, path)
                may = party[0] in roles
                self.assertEqual(status(answer), 200 if may else 403, f"{party} {path}")
                if not may:
                    self.assertIn("may not call", answer)
                    self.assertNotIn("<table", answer)

    def test_a_site_sees_no_upload_of_another(self):
        self.assertIn("north", self.center.get("site-north", "/projects/flu/uploads/north/d1"))
        self.assertNotIn("/uploads/south/", self.center.get("site-north", "/projects/flu"))
        self.assertNotEqual(status(self.center.get("site-north", "/projects/flu/uploads/south/d1")), 200)

    def test_a_change_needs_the_token_of_a_form_for_this_certificate(self):
        path = "/projects/flu/start"
        mine, others = self.token("coordinator-center", path), self.token("coordinator-second", path)
        for form in ("", "token=", "token=" + "0" * 64, "token=" + others):
            self.assertEqual(status(self.center.post("coordinator-center", path, form)), 403)
        for header in ("Origin: https://evil.example\r\n", "Sec-Fetch-Site: cross-site\r\n", "Origin: null\r\n"):
            self.assertEqual(status(self.center.post("coordinator-center", path, "token=" + mine, header)), 403)
        self.assertEqual(status(self.center.get("coordinator-center", path + "?token=" + mine)), 200)
        self.assertNotIn("run-000002", self.center.get("coordinator-center", "/projects/flu"))
        # With it the role still decides, as it does over gRPC.
        token = self.token("site-north", "/projects/flu/uploads/north/d1/discard")
        self.assertIn("may not call", self.center.post("site-north", path, "token=" + token))

    def test_an_address_alone_does_not_say_that_something_was_done(self):
        path = "/projects/flu/access/grant-000001"
        self.center.request_access("flu")
        form = f"token={self.token('coordinator-center', path + '/decide?as=deny')}&as=deny&reason=No+use+for+these+counts+is+named."
        answer = self.center.post("coordinator-center", path + "/decide", form)
        self.assertEqual(status(answer), 303, answer)
        address = re.search(r"Location: (\S+)", answer)[1]
        entry = re.search(r"recorded=(\d+)", address)[1]
        self.assertIn(f"Done. It is entry {int(entry):,} of the audit log.", self.center.get("coordinator-center", address))
        # Neither a link without the console's mark, nor this one to another person or for another entry.
        for party, other in (("coordinator-center", f"/projects/flu?recorded={entry}"), ("coordinator-second", address),
                             ("coordinator-center", address.replace(f"recorded={entry}", "recorded=7"))):
            page = self.center.get(party, other)
            self.assertEqual(status(page), 200)
            self.assertNotIn("Done.", page)

    def test_without_a_browser_its_tests_fail_where_they_are_required(self):
        test = pathlib.Path(__file__).with_name("console_browser_test.py")
        for required, code, words in (({}, 0, "SKIPPED: not installed: chromium"),
                                      ({"BLINDLINK_BROWSER_REQUIRED": "1"}, 1, "FAILED: not installed: chromium")):
            done = subprocess.run([sys.executable, test, PROGRAMS], env={"PATH": str(self.center.folder), **required},
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, code)
            self.assertIn(words, done.stdout + done.stderr)

    def test_the_audit_log_names_the_browser_and_not_the_console(self):
        fingerprint = next(line.split()[0] for line in (self.center.certs / "allowed-clients.txt").read_text().splitlines()
                           if line.endswith("researcher/study"))
        self.center.get("researcher-study", "/health")
        refused = [line for line in self.entries().splitlines() if "GetHealth" in line and "researcher/study" in line]
        self.assertTrue(refused)
        self.assertIn(fingerprint, refused[-1])
        self.assertIn("CALL_DENIED", refused[-1])

    def test_nobody_else_speaks_for_a_visitor(self):
        """What the console tells the gate is worth nothing over the network."""
        import grpc
        read = lambda name: (self.center.certs / name).read_bytes()  # noqa: E731
        credentials = grpc.ssl_channel_credentials(read("ca.pem"), read("site-north.key"), read("site-north.pem"))
        coordinator = read("coordinator-center.pem")
        with grpc.secure_channel(f"127.0.0.1:{self.center.port}", credentials) as channel:
            health = channel.unary_unary("/blindlink.v1.Overview/GetHealth")
            for forged in (bytes(32) + b"console:1:1\0" + coordinator, coordinator, b"\0" + coordinator):
                with self.assertRaises(grpc.RpcError) as refused:
                    health(b"", metadata=(("blindlink-on-behalf-bin", forged),), timeout=60)
                self.assertIs(refused.exception.code(), grpc.StatusCode.PERMISSION_DENIED)
                self.assertIn("a site may not call", refused.exception.details())

    def test_every_answer_forbids_scripts_of_others_and_is_kept_nowhere(self):
        for path in ("/projects", "/style.css", "/nothing", "/audit"):
            answer = self.center.get("coordinator-center", path)
            head = answer.split("\r\n\r\n")[0]
            self.assertIn("default-src 'none'; style-src 'self'; script-src 'self'", head, path)
            self.assertIn("Cache-Control: no-store", head)
            self.assertIn("X-Content-Type-Options: nosniff", head)
            self.assertNotRegex(answer, r"(?i)<script(?! src=\"/console\.js\")|<style| style=| on[a-z]+=")

    def test_an_answer_is_neither_compressed_nor_in_pieces(self):
        answer = self.center.answer("coordinator-center", b"GET /projects HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                                    b"Accept-Encoding: gzip, deflate, br\r\nRange: bytes=0-10,20-30\r\n\r\n").decode()
        self.assertEqual(status(answer), 200)
        self.assertNotIn("Content-Encoding", answer)
        self.assertIn("</html>", answer)

    def test_text_of_a_request_stays_text(self):
        answer = self.center.get("coordinator-center", "/projects/flu/runs/run-000001/explain?left=%3Cscript%3E%22x&left_site=a")
        self.assertIn("&lt;script&gt;&quot;x", answer)
        self.assertNotIn("<script>", answer)

    def test_what_is_no_request_of_the_console_is_refused(self):
        for request, code in ((b"PUT /projects HTTP/1.1\r\nHost: a\r\n\r\n", 405), (b"GET /" + b"x" * 2000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                              (b"POST /projects HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", 415),
                              (b"GET /projects HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", 400)):
            self.assertEqual(status(self.center.answer("coordinator-center", request).decode()), code)
        self.assertEqual(status(self.center.get("coordinator-center", "/projects/..%2f..%2fetc")), 404)

    def test_a_request_that_is_too_large_is_cut_off(self):
        endless = b"GET /projects HTTP/1.1\r\nHost: a\r\n" + b"X-Filler: " + b"y" * 1000 + b"\r\n"
        self.assertNotIn(b"200 OK", self.center.answer("coordinator-center", endless + (b"X-More: " + b"z" * 1000 + b"\r\n") * 200 + b"\r\n"))
        body = b"token=" + b"1" * 40000
        self.assertNotIn(b"200 OK", self.center.answer(
            "coordinator-center", b"POST /projects/flu/start HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + f"Content-Length: {len(body)}\r\n\r\n".encode() + body))

    def test_slow_and_silent_clients_are_cut_off(self):
        with self.center.connect("coordinator-center") as slow:
            slow.sendall(b"GET /projects HTTP/1.1\r\nHost")
            self.assertNotIn(b"200", read_answer(slow))  # returns only because the console closes
        silent = socket.create_connection(("127.0.0.1", self.center.console_port), timeout=60)
        with silent:
            self.assertEqual(silent.recv(1), b"")  # no handshake
        self.assertEqual(status(self.center.get("coordinator-center", "/projects")), 200)

    def test_strangers_who_say_nothing_keep_nobody_out(self):
        with contextlib.ExitStack() as strangers:
            # More than there may be of one address, and more than there may be of all, also from where the person sits.
            for address in ["127.0.0.1"] * 20 + [f"127.0.0.{number % 100 + 2}" for number in range(300)]:
                strangers.enter_context(socket.create_connection(("127.0.0.1", self.center.console_port), timeout=60,
                                                                 source_address=(address, 0)))
            self.assertEqual(status(self.center.get("coordinator-center", "/projects")), 200)

    def test_the_metrics_are_numbers_only(self):
        text = self.center.metrics()
        self.assertIn('blindlink_uploads{state="committed"} 2\n', text)
        self.assertIn('blindlink_runs{state="finished"} 1\n', text)
        self.assertIn("blindlink_audit_writable 1\n", text)
        self.assertGreater(float(re.search(r'days_left{certificate="resolver"} (\S+)', text)[1]), 1)
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) blindlink_\w+ .+|blindlink_\w+(\{(state|by|certificate)="[a-z_]+"\})? \S+)$')
        for name in ("flu", "north", "study", "center"):
            self.assertNotIn(name, text)

    def test_rules_and_dashboard_use_metrics_that_exist(self):
        served = set(re.findall(r"^(blindlink_\w+)", self.center.metrics(), re.MULTILINE))
        for file in ("rules.yml", "dashboard.json"):
            used = set(re.findall(r"\b(blindlink_\w+)", (ROOT / "deploy/prometheus" / file).read_text()))
            self.assertGreater(len(used), 5)
            self.assertEqual(used - served, set(), file)


class Quality(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.center = Center(PROGRAMS)
        cls.center.create_project("flu")
        cls.center.upload("flu", "north", people(200, 1), "first")
        time.sleep(1.1)  # times of commits are whole seconds
        cls.center.upload("flu", "north", (row.rsplit(",", 1)[0] + "," for row in people(200, 2)), "second")
        time.sleep(1.1)
        cls.center.upload("flu", "north", people(5, 3), "a-few")

    @classmethod
    def tearDownClass(cls):
        cls.center.close()

    def test_what_has_changed_is_told_and_drawn_in_the_order_of_the_commits(self):
        for party in ("coordinator-center", "site-north"):
            page = self.center.get(party, "/projects/flu/quality")
            self.assertIn("north / second: records with a usable date_of_birth: 0.0 %, before 100.0 %", page)
            self.assertGreaterEqual(len(re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", page)), 3)
            self.assertIn("north, Records, by dataset: first 200; second 200 (changed); a-few 1 to 10; ", page)
            self.assertRegex(page, r"on average, by dataset: first 100\.0 %; second [1-6]\d\.\d % \(changed\); a-few not shown; ")
            self.assertNotIn("a-few 5", page)
        self.assertNotIn("second", self.center.get("site-south", "/projects/flu/quality"))

    def test_an_upload_says_when_it_was_committed_and_what_has_changed(self):
        page = self.center.get("site-north", "/projects/flu/uploads/north/second")
        self.assertIn("records with a usable date_of_birth: 0.0 %, before 100.0 %", page)
        self.assertRegex(page, r"<dt>Committed</dt><dd>\d{4}-\d\d-\d\d \d\d:\d\d UTC</dd>")


if __name__ == "__main__":
    unittest.main()
