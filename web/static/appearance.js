// Until somebody chooses, pages are as light or dark as the device. It runs before anything is drawn,
// so that nothing flashes; without it pages are light.
(() => {
  const page = document.documentElement;
  if (!("followsDevice" in page.dataset)) return;
  const wantsDark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { page.dataset.bsTheme = wantsDark.matches ? "dark" : "light"; };
  wantsDark.addEventListener("change", follow);
  follow();
})();
