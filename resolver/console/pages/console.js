// Keeps the live parts of a page current, asks before leaving a form that was begun, and remembers the
// audit log's head so that this browser notices a log that was changed. Every page works without it.
"use strict";

const kPauseMs = 2000;
const kLongestPauseMs = 30000;

function liveParts(root) {
  return [...root.querySelectorAll("[data-live][id]")];
}

async function refresh(pause) {
  if (document.hidden) return kPauseMs;
  let page;
  try {
    const answer = await fetch(location.href, {cache: "no-store", redirect: "error"});
    if (!answer.ok) throw new Error(String(answer.status));
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch (error) {
    announce("The resolver does not answer. Trying again.");
    return Math.min(pause * 2, kLongestPauseMs);
  }
  announce("");
  for (const part of liveParts(document)) {
    const fresh = page.getElementById(part.id);
    if (!fresh) { location.reload(); return 0; }
    if (fresh.innerHTML !== part.innerHTML) part.replaceChildren(...document.importNode(fresh, true).childNodes);
    if (!fresh.hasAttribute("data-live")) { location.reload(); return 0; }
  }
  return kPauseMs;
}

function announce(words) {
  const line = document.getElementById("connection");
  if (line && line.textContent !== words) { line.textContent = words; line.hidden = words === ""; }
}

async function follow() {
  for (let pause = kPauseMs; pause > 0;) {
    await new Promise(resolve => setTimeout(resolve, pause));
    pause = await refresh(pause);
  }
}

// The head that this browser has seen, of this resolver and key: a later log must continue it.
function rememberHead() {
  const head = document.querySelector("[data-audit-size]");
  if (!head) return;
  const seen = {size: head.dataset.auditSize, root: head.dataset.auditRoot, key: head.dataset.auditKey,
    time: head.dataset.auditTime};
  const kept = JSON.parse(localStorage.getItem("audit-head") || "null");
  const from = document.getElementById("audit-since");
  if (kept && from) {
    const query = new URLSearchParams({since: kept.size, root: kept.root, key: kept.key, time: kept.time});
    fetch("/audit/continues?" + query, {cache: "no-store"}).then(async answer => {
      if (!answer.ok && answer.status !== 409) {  // no verdict
        from.textContent = "Whether the log continues the one that this browser has seen could not be asked: load the page again.";
        from.className = "note warn";
        return;
      }
      from.textContent = (await answer.text()).slice(0, 600);
      from.className = answer.ok ? "note good" : "note bad";
      if (answer.ok) localStorage.setItem("audit-head", JSON.stringify(seen));
    }, () => {});
  } else {
    localStorage.setItem("audit-head", JSON.stringify(seen));
  }
}

// A form that changes something, once a person has typed into it, until it is sent.
function askBeforeLeaving() {
  let begun = false;
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("input", () => { begun = true; });
    form.addEventListener("submit", () => { begun = false; });
  }
  addEventListener("beforeunload", event => { if (begun) event.preventDefault(); });
}

if (liveParts(document).length > 0) follow();
askBeforeLeaving();
rememberHead();
