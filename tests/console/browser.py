"""Drives Debian's chromium, headless, with a party's client certificate, over the DevTools protocol.

The browser runs in a mount namespace of its own, so that the policy which selects the certificate leaves nothing on the
machine. Nothing but Python's standard library is needed.
"""

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import time

PROGRAMS = ("chromium", "certutil", "pk12util", "unshare")
MISSING = [program for program in PROGRAMS if shutil.which(program) is None]
SECONDS = 60


def run(*command, **more):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, timeout=SECONDS, **more)


class Browser:
    """One browser, as one party. `certs` is the folder of make-certs.sh, `party` a file's stem in it."""

    def __init__(self, folder, certs, party, address):
        self.address = address
        self.home = pathlib.Path(folder) / f"browser-{party}"
        self._import_certificate(pathlib.Path(certs), party)
        policies = self.home / "policies/managed"
        policies.mkdir(parents=True)
        pattern = json.dumps({"pattern": address, "filter": {}})
        (policies / "certificate.json").write_text(json.dumps({"AutoSelectCertificateForUrls": [pattern]}))
        self._start()

    def _import_certificate(self, certs, party):
        database = self.home / ".pki/nssdb"
        database.mkdir(parents=True)
        bundle = self.home / "certificate.p12"
        run("openssl", "pkcs12", "-export", "-inkey", certs / f"{party}.key", "-in", certs / f"{party}.pem", "-name", party,
            "-out", bundle, "-passout", "pass:")
        run("certutil", "-N", "-d", f"sql:{database}", "--empty-password")
        run("certutil", "-A", "-d", f"sql:{database}", "-n", "ca", "-t", "C,,", "-i", certs / "ca.pem")
        run("pk12util", "-i", bundle, "-d", f"sql:{database}", "-W", "")

    def _start(self):
        read_by_browser, self.to_browser = os.pipe()
        self.from_browser, written_by_browser = os.pipe()
        script = ('mount -t tmpfs tmpfs /etc/chromium && mkdir /etc/chromium/policies && cp -r "$1"/managed /etc/chromium/policies && '
                  f'exec chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --remote-debugging-pipe '
                  f'--user-data-dir="$2" about:blank 3<&{read_by_browser} 4>&{written_by_browser}')
        log = open(self.home / "log", "w")
        self.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", script, "sh", self.home / "policies", self.home / "profile"],
            env={**os.environ, "HOME": str(self.home)}, pass_fds=(read_by_browser, written_by_browser),
            stdout=subprocess.DEVNULL, stderr=log)
        log.close()
        os.close(read_by_browser)
        os.close(written_by_browser)
        self.number, self.buffer, self.events, self.console = 0, b"", [], []
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        self.session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        os.close(self.to_browser)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.from_browser)

    # --- the protocol ---

    def _read(self, deadline):
        """The next message, or None at the deadline."""
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.from_browser], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                return None
            data = os.read(self.from_browser, 1 << 16)
            if not data:
                raise AssertionError("the browser ended: " + (self.home / "log").read_text()[-2000:])
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def _send(self, method, params=None, session=None):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")

    def _call(self, method, params=None, session=None):
        self._send(method, params, session)
        deadline = time.monotonic() + SECONDS
        while (answer := self._read(deadline)) is not None:
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]
            self._note(answer)
        raise AssertionError(f"the browser does not answer {method}")

    def _note(self, event):
        if "method" not in event:
            return  # the answer to something that nobody waits for
        self.events.append(event)
        if event["method"] == "Log.entryAdded":
            self.console.append(event["params"]["entry"]["text"])
        if event["method"] == "Runtime.exceptionThrown":
            self.console.append(json.dumps(event["params"]["exceptionDetails"]))

    def call(self, method, params=None):
        return self._call(method, params, self.session)

    def _wait_for(self, name):
        deadline = time.monotonic() + SECONDS
        while not (found := [event for event in self.events if event["method"] == name]):
            event = self._read(deadline)
            assert event is not None, f"no {name}"
            self._note(event)
        return found[0]["params"]

    # --- what a person does ---

    def open(self, path):
        self.events.clear()
        answer = self.call("Page.navigate", {"url": self.address + path})
        assert "errorText" not in answer, answer
        self._wait_for("Page.loadEventFired")

    def evaluate(self, script):
        answer = self.call("Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True})
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def start(self, script):
        """As evaluate, without waiting for what the script promises."""
        self.call("Runtime.evaluate", {"expression": script})

    def text(self):
        return self.evaluate("document.body.innerText")

    def click(self, words):
        """Follows the link or presses the button with these words, and waits for the page."""
        self.events.clear()
        found = self.evaluate(
            "(() => { const all = [...document.querySelectorAll('a, button')].filter(e => e.textContent.trim() === "
            f"{json.dumps(words)}); if (all.length) all[0].click(); return all.length; }})()")
        assert found, f"nothing says {words!r}: {self.text()}"
        self._wait_for("Page.loadEventFired")

    def fill(self, name, value):
        self.evaluate(f"document.querySelector('[name={name}]').value = {json.dumps(value)}")

    # --- with the keyboard alone ---

    def press(self, key, wait=False):
        """Tab or Enter; `wait`: until the page is loaded that it leads to."""
        self.events.clear()
        what = {"key": key, "code": key, "windowsVirtualKeyCode": {"Tab": 9, "Enter": 13}[key]}
        text = {"text": "\r"} if key == "Enter" else {}
        # What Enter leads to may be another page, which answers nothing; Tab is answered once the focus has moved.
        make = self.call if key == "Tab" else lambda method, what: self._send(method, what, self.session)
        make("Input.dispatchKeyEvent", {"type": "keyDown" if text else "rawKeyDown", **what, **text})
        make("Input.dispatchKeyEvent", {"type": "keyUp", **what})
        if wait:
            self._wait_for("Page.loadEventFired")

    def tab_to(self, words):
        """Presses Tab until the element with these words, or the field with this name, has the focus, and is marked."""
        for _ in range(60):
            self.press("Tab")
            # The focus ring is what tells people where they are.
            at = self.evaluate("(() => { const e = document.activeElement; return [e.name || '', e.textContent.trim(), "
                               "getComputedStyle(e).outlineStyle !== 'none']; })()")
            if words in at[:2]:
                assert at[2], f"{words!r} has the focus, but nothing shows it"
                return
        raise AssertionError(f"Tab does not reach {words!r}: {self.text()}")

    def type(self, text):
        self.call("Input.insertText", {"text": text})

    def leave(self, path, accept):
        """Goes elsewhere from a page that asks whether to leave it; returns the kind of question."""
        self.events.clear()
        self._send("Runtime.evaluate", {"expression": f"location.href = {json.dumps(path)}"}, self.session)
        asked = self._wait_for("Page.javascriptDialogOpening")
        self.call("Page.handleJavaScriptDialog", {"accept": accept})
        if accept:
            self._wait_for("Page.loadEventFired")
        return asked["type"]

    def wait_until(self, script, seconds=SECONDS):
        """Without touching the page: what the page's own script does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.evaluate(script):
                    return
            except AssertionError:
                pass  # between two pages
            time.sleep(0.2)
        raise AssertionError(f"never: {script}\n{self.text()}")

    def look(self, width=1280, height=1000, dark=False, paper=False):
        self.call("Emulation.setDeviceMetricsOverride",
                  {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        self.call("Emulation.setEmulatedMedia",
                  {"media": "print" if paper else "", "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def picture(self, file, height):
        """The top of the page, small: for the documents."""
        content = self.evaluate("document.querySelector('footer').getBoundingClientRect().bottom")
        clip = {"x": 0, "y": 0, "width": 1100, "height": min(height, content), "scale": 0.75}
        shot = self.call("Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
        pathlib.Path(file).write_bytes(base64.b64decode(shot["data"]))

    def screenshot(self, file):
        shot = self.call("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
        pathlib.Path(file).write_bytes(base64.b64decode(shot["data"]))
