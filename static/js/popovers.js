// Popovers: which button opened one, where it stands, and the one provenance popover that serves every number.
const prov = document.getElementById("prov");
const waitingFor = document.getElementById("prov-skeleton");
const anchored = CSS.supports("position-area", "block-end");
let invoker;

// A click on another number moves the popover there instead of closing it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[popovertarget]");
  if (!button) return;
  const target = document.getElementById(button.getAttribute("popovertarget"));
  if (target?.matches(":popover-open") && invoker && invoker !== button && target === prov) target.hidePopover();
  invoker = button;
}, true);

// The click that closes it asks nothing; a click that opens it shows a skeleton until the answer is there.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target !== prov || !prov) return;
  if (prov.matches(":popover-open")) { event.preventDefault(); return; }
  prov.replaceChildren(waitingFor.content.cloneNode(true));
});
for (const failed of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failed, (event) => { if (event.detail.target === prov) prov?.hidePopover(); });
}

document.addEventListener("toggle", (event) => {
  const pop = event.target;
  if (!pop.matches?.("[popover]")) return;
  const by = event.source ?? invoker;
  for (const button of document.querySelectorAll(`[popovertarget="${pop.id}"]`)) {
    button.setAttribute("aria-expanded", String(event.newState === "open" && button === by));
  }
  if (event.newState === "open" && !anchored && by && innerWidth >= 640 && pop.matches(".pop")) place(pop, by);
}, true);

function place(pop, by) {
  const at = by.getBoundingClientRect(), width = pop.offsetWidth, height = pop.offsetHeight;
  const above = at.bottom + height + 8 > innerHeight && at.top > height;
  pop.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  pop.style.top = `${above ? at.top - height - 6 : at.bottom + 6}px`;
}

// Copy buttons say that they did.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = button.dataset.copy ? document.getElementById(button.dataset.copy) : button.previousElementSibling;
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = before; }, 2000);
});
