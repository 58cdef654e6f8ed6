// Theme: the operating system's, or light or dark, kept in a cookie that the server reads so that no page flashes.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const YEAR = 31536000;

function choose(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=${theme ? YEAR : 0}; SameSite=Lax${secure}`;
  mark();
  document.dispatchEvent(new CustomEvent("ui:theme"));
}

function mark() {
  const chosen = root.dataset.theme ?? "";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (choice) choose(choice.dataset.themeChoice);
  if (event.target.closest("[data-theme-toggle]")) {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
    choose(dark ? "light" : "dark");
  }
});
system.addEventListener("change", () => document.dispatchEvent(new CustomEvent("ui:theme")));
mark();
