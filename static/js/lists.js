// Lists by keyboard, roll-up rows, ticking clocks. Single keys act only inside a list and can be turned off.
const KEYS_OFF = "single-keys-off";
const setting = document.getElementById("single-keys");
const keysOn = () => localStorage.getItem(KEYS_OFF) === null;
if (setting) {
  setting.checked = keysOn();
  setting.addEventListener("change", () => {
    if (setting.checked) localStorage.removeItem(KEYS_OFF); else localStorage.setItem(KEYS_OFF, "1");
  });
}

document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("[data-keys=list]");
  if (!list || !keysOn() || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const rows = [...list.querySelectorAll("[data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    next?.querySelector("a, button, input")?.focus();
    event.preventDefault();
  }
  if (event.key === "x" && at >= 0) rows[at].querySelector("input[type=checkbox]")?.click();
  if (event.key === "/") { document.querySelector("[data-filter-input]")?.focus(); event.preventDefault(); }
  if (event.key === "?") document.getElementById("keys")?.showPopover();
});

document.addEventListener("click", (event) => {
  const toggle = event.target.closest(".tree");
  if (!toggle) return;
  const open = toggle.getAttribute("aria-expanded") !== "true";
  toggle.setAttribute("aria-expanded", String(open));
  for (const row of document.querySelectorAll(`[data-parent="${toggle.dataset.tree}"]`)) row.hidden = !open;
});

// Clocks count from the moment they arrived; the server stays the source of truth.
const born = new WeakMap();
function spell(seconds) {
  const left = Math.abs(seconds), hours = Math.floor(left / 3600);
  const minutes = Math.floor((left % 3600) / 60), rest = String(left % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
function tick() {
  for (const clock of document.querySelectorAll("[data-left]:not([data-paused])")) {
    if (!born.has(clock)) born.set(clock, performance.now());
    clock.textContent = spell(Number(clock.dataset.left) - Math.round((performance.now() - born.get(clock)) / 1000));
  }
}
setInterval(tick, 1000);
