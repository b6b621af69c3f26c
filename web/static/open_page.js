// A page that stays open keeps what is typed into its forms, for whoever types it alone, says that its case lies open,
// and shows when that case has moved on. Without this script nothing is kept before it is sent, nobody is named, and
// whoever waits for an act looks again themselves.
(() => {
  const said = document.body.dataset;
  if (!said.keep) return;
  const QUIET_MS = 1200; // after the last key
  const LONGEST_MS = 6000; // after the first one that is not kept yet
  const AGAIN_MS = 10000; // after a try that failed
  const PATIENCE_MS = 2000; // of whoever goes to another page
  const ARRIVED_MS = 500; // after the page was left: what was sent with the last breath is kept
  const LEFT_BEHIND = "left-behind";
  const OUTLIVES_PAGE = 60000; // bytes that a browser still sends when its page has gone

  const ask = (url, body, more = {}) =>
    fetch(url, { method: "POST", body, redirect: "manual", credentials: "same-origin", ...more });
  const isOver = (answer) => answer.type === "opaqueredirect"; // to the log-in
  const tell = (place, text) => { if (place.textContent !== text) place.textContent = text; };

  const keeping = (form) => {
    const place = form.nextElementSibling;
    const problem = place.querySelector("[data-problem]");
    let revision = form.dataset.keeps;
    let since = 0, timer = 0;
    let asked = null; // what is on its way to be kept
    let isDirty = false, isSent = false, isOut = false;

    const action = new URL(form.getAttribute("action"), location).pathname;
    const begin = (when) => {
      const line = document.getElementById("kept-line").content.cloneNode(true);
      line.querySelector("[name=kept_action]").value = action;
      line.querySelector("[data-said]").textContent = when;
      place.append(line);
    };
    const typed = () => {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      body.append("kept_action", action);
      body.append("kept_revision", revision);
      return body;
    };
    const later = (wait) => {
      clearTimeout(timer);
      timer = setTimeout(keep, wait);
    };
    const hear = async (answer) => {
      const says = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      const told = says ? await answer.json() : {};
      if (answer.ok) {
        ({ revision } = told);
        tell(problem, "");
        const line = place.querySelector("[data-said]");
        if (line) tell(line, told.said); else begin(told.said);
      } else if (answer.status === 429 || answer.status >= 500) {
        isDirty = true;
        if (answer.status !== 429) tell(problem, said.notKept);
        later(1000 * Number(answer.headers.get("Retry-After")) || AGAIN_MS);
      } else if (isOver(answer)) {
        tell(problem, said.loggedOut);
      } else {
        isOut = answer.status !== 422; // what is wrong with the text can be mended
        tell(problem, told.said || said.noMore);
      }
    };
    const send = async (body) => {
      try {
        await hear(await ask(said.keep, body, { keepalive: `${body}`.length < OUTLIVES_PAGE }));
      } catch {
        isDirty = true;
        tell(problem, said.notKept);
        later(AGAIN_MS);
      } finally {
        asked = null;
        if (isDirty && !timer) later(QUIET_MS);
      }
    };
    const keep = async (isLast = false) => {
      clearTimeout(timer);
      timer = 0;
      if (!isDirty || isSent || isOut || (asked && isLast !== true)) return;
      const body = typed();
      isDirty = false;
      since = 0;
      await (asked = send(body));
    };

    const hasMore = () => {
      const now = Date.now();
      isDirty = true;
      isSent = false; // it was stopped on its way, or there is more to be sent
      since = since || now;
      later(Math.max(0, Math.min(QUIET_MS, since + LONGEST_MS - now)));
    };
    form.addEventListener("input", hasMore);
    // What was sent and comes back was perhaps not kept before: it was sent a moment after the last key.
    if ("shownAgain" in said && action === location.pathname) {
      const alike = document.querySelectorAll(`form[action="${CSS.escape(form.getAttribute("action"))}"]`);
      if (alike.length === 1 || form.querySelector("[aria-invalid]")) hasMore();
    }
    document.addEventListener("submit", (event) => {
      if (event.target === form || place.contains(event.target)) isSent = true;
    });
    window.addEventListener("pageshow", (event) => { if (event.persisted) isSent = false; });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(true); });
    return {
      action,
      state: () => `${revision}`,
      isBehind: () => !isSent && !isOut && (isDirty || asked !== null),
      catchUp: async () => { await asked; await keep(); },
    };
  };
  const forms = [...document.querySelectorAll("form[data-keeps]")].map(keeping);

  // What was typed a moment ago stands on the page that comes next, which may be this one in its new state or in the
  // other language: that page is asked for once the text is kept, or cannot be kept in time.
  let next = null; // what was pressed last
  let isGone = false;
  const leaving = async (event, go) => {
    if (isGone || event.defaultPrevented) return;
    const behind = forms.filter((form) => form.isBehind());
    const isWaiting = next !== null;
    next = behind.length ? go : null;
    if (!behind.length) return;
    event.preventDefault();
    if (isWaiting) return;
    await Promise.race([
      Promise.all(behind.map((form) => form.catchUp())),
      new Promise((done) => { setTimeout(done, PATIENCE_MS); }),
    ]);
    const last = next;
    next = null;
    if (!last) return;
    isGone = true;
    last();
    isGone = false; // it may be called back
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const isElsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || isElsewhere || link.target || link.hasAttribute("download")) return;
    if (link.hash && link.href.split("#")[0] === location.href.split("#")[0]) return; // a place on this page
    leaving(event, () => location.assign(link.href));
  });
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    leaving(event, () => target.requestSubmit(submitter));
  });

  // By other ways, such as the browser's own keys, nobody waits: a page that was made too early is asked for once more,
  // unless somebody types into it already. What is left is which state of which form, and no word of it.
  window.addEventListener("beforeunload", () => {
    const behind = forms.filter((form) => form.isBehind());
    if (!behind.length) return;
    sessionStorage.setItem(LEFT_BEHIND, JSON.stringify(behind.map((form) => [form.action, form.state()])));
  });
  const left = new Map(JSON.parse(sessionStorage.getItem(LEFT_BEHIND) || "[]"));
  sessionStorage.removeItem(LEFT_BEHIND);
  if (forms.some((form) => left.get(form.action) === form.state()) && !("shownAgain" in said)) {
    const again = setTimeout(() => location.reload(), ARRIVED_MS);
    document.addEventListener("input", () => clearTimeout(again), { once: true });
  }

  const others = document.querySelector("[data-open-at]");
  if (!others) return;
  const token = document.querySelector("[name=csrf_token]").value;
  const movedOn = document.querySelector("[data-moved-on]");
  let isTouched = false;
  document.addEventListener("input", () => { isTouched = true; });
  const stands = (etag) => {
    if (etag === others.dataset.etag) return;
    // Whoever waits to see what becomes of an act is shown it; nobody's form is taken from their hands.
    if ("waits" in others.dataset && !isTouched) location.replace(movedOn.querySelector("a").href);
    movedOn.hidden = false;
  };
  const beat = async () => {
    if (document.visibilityState !== "visible") return;
    let names = "";
    try {
      const answer = await ask(others.dataset.openAt, new URLSearchParams({ csrf_token: token }));
      if (answer.ok) {
        const told = await answer.json();
        names = told.said;
        stands(told.etag);
      } else if (isOver(answer) || answer.status < 500) clearInterval(clock);
    } catch { /* Nobody knows who has it open while nobody can be asked. */ }
    tell(others, names);
  };
  const clock = setInterval(beat, 1000 * others.dataset.every);
  document.addEventListener("visibilitychange", beat);
  beat();
})();
