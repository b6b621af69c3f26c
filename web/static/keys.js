// Single keys that lead somewhere, while nothing is being typed; each browser can put them off
// (WCAG 2.1.4). Which they are is said at /keys. Without this script nothing is missing but speed.
(() => {
  const OFF = "keys-off";
  const { keys } = document.body.dataset;
  const wish = document.getElementById("keys-on");
  if (wish) {
    wish.checked = localStorage.getItem(OFF) === null;
    wish.addEventListener("change", () => {
      if (wish.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "yes");
    });
  }
  if (!keys) return;
  const places = JSON.parse(keys);
  const cases = () => [...document.querySelectorAll("table.cases tbody th[scope=row] > a:first-child")];
  let led = false;

  // As a link that is pressed: the page may have something to finish first.
  const go = (place) => {
    const link = document.createElement("a");
    link.href = place;
    document.body.append(link);
    link.click();
    link.remove();
  };

  const step = (by) => {
    const all = cases();
    if (!all.length) return;
    const here = all.findIndex((each) => each.closest("tr").contains(document.activeElement));
    const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by;
    all[Math.min(Math.max(next, 0), all.length - 1)].focus();
  };
  const tick = () => {
    const row = document.activeElement.closest("table.cases tr");
    const box = row && row.querySelector("input[type=checkbox]");
    if (box) box.checked = !box.checked;
  };
  const alone = {
    "?": () => go(places["?"]),
    "/": () => { document.getElementById("search-text").focus(); },
    j: () => step(1),
    k: () => step(-1),
    x: tick,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF) !== null) return;
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing) return;
    const place = led ? places[event.key] : undefined;
    const act = place ? () => go(place) : alone[event.key];
    led = !led && event.key === "g";
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
