// A page that stays open counts on by itself. Without this script it shows what it showed at first.
(() => {
  const phrases = document.body.dataset;

  const span = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    const [phrase, first, second] =
      days ? [phrases.days, days, hours % 24]
      : hours ? [phrases.hours, hours, minutes % 60]
      : [phrases.minutes, minutes, seconds % 60];
    return phrase.replace("{0}", first).replace("{1}", second);
  };

  const tell = (time) => {
    const left = Math.floor((new Date(time.dateTime) - Date.now()) / 1000);
    const phrase = left < 0 ? phrases.late : phrases.left;
    time.textContent = phrase.replace("{span}", span(Math.abs(left)));
    if (left < 0) {
      const shown = time.closest(".countdown");
      const use = shown.querySelector("use");
      shown.className = "countdown tone-late";
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#late"));
    }
  };

  const all = () => document.querySelectorAll("[data-countdown]").forEach(tell);
  all();
  setInterval(all, 1000);
})();
