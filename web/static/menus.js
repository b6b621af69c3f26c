// What unfolds from the head of the page, and the filters of a list, folds again by Escape, by a click elsewhere and when the
// focus has left it. Without this script it folds by its own line.
(() => {
  const open = () => [...document.querySelectorAll(".masthead details[open], details.filter[open]")];
  const fold = (each) => { each.open = false; };

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const each of open()) {
      const held = each.contains(document.activeElement);
      fold(each);
      if (held) each.querySelector("summary").focus();
    }
  });
  const leave = (event) => open().filter((each) => !each.contains(event.target)).forEach(fold);
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
})();
