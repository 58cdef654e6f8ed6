// Toasts leave after eight seconds unless they offer an action, are read or are pointed at.
const region = document.getElementById("toasts");
const STAY = 8000;

function watch(toast) {
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), STAY); };
  const stop = () => clearTimeout(timer);
  toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
  if (toast.querySelector("a, button:not([data-dismiss])")) return;
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, () => { stop(); start(); });
  start();
}

if (region) {
  for (const toast of region.querySelectorAll(".toast")) watch(toast);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.(".toast")) watch(node);
  }).observe(region, { childList: true });
}
