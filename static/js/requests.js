// What happens around htmx requests: the CSRF token, refusals, a lost connection, a session that ended.
// Nothing that was typed is lost: a refused request leaves the page as it is and can be sent again.
const alerts = document.getElementById("alerts");
const session = document.getElementById("session");
let waiting;

function fill(id, texts) {
  const banner = document.getElementById(id).content.firstElementChild.cloneNode(true);
  for (const [slot, text] of Object.entries(texts)) {
    const place = banner.querySelector(`[data-slot=${slot}]`);
    if (text) place.textContent = text;
    else place.closest("[data-optional]")?.remove();
  }
  return banner;
}

function tell(id, texts, again) {
  if (!alerts) return;
  const banner = fill(id, texts);
  banner.querySelector("[data-again]")?.addEventListener("click", () => { banner.remove(); again(); });
  banner.querySelector("[data-dismiss]")?.addEventListener("click", () => banner.remove());
  alerts.replaceChildren(banner);
  banner.scrollIntoView({ block: "nearest" });
}

// The request is repeated by the element that sent it, with what its form holds now.
const repeat = ({ elt, event }) => () => htmx.trigger(elt, event ?? "click");
const sentBy = (detail) => ({ elt: detail.elt, event: detail.requestConfig?.triggeringEvent?.type });

document.addEventListener("htmx:configRequest", (event) => {
  // Signing in again changes the token; the cookie has the present one, the page may have an older.
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (cookie) event.detail.headers["X-CSRFToken"] = cookie[1];
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401 || !session) return;
  event.preventDefault();
  waiting = repeat(sentBy(event.detail));
  session.showModal();
});
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 401) return;
  const id = xhr.status === 429 ? "alert-slow" : xhr.status === 404 || xhr.status === 403 ? "alert-gone" : "alert-error";
  tell(id, { reference: xhr.getResponseHeader("X-Request-ID") ?? "" }, repeat(sentBy(event.detail)));
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => tell("alert-offline", {}, repeat(sentBy(event.detail))));
}
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) alerts?.replaceChildren(); });
session?.querySelector("[data-continue]")?.addEventListener("click", () => { session.close(); waiting?.(); });

// A request that takes longer than a moment shows on the button that sent it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.detail.requestConfig.triggeringEvent?.submitter ?? event.detail.elt;
  if (!button.matches?.(".btn")) return;
  button.busyTimer = setTimeout(() => { button.dataset.state = "busy"; button.setAttribute("aria-busy", "true"); }, 200);
  event.detail.xhr.addEventListener("loadend", () => {
    clearTimeout(button.busyTimer);
    delete button.dataset.state;
    button.removeAttribute("aria-busy");
  });
});

// After a swap that took the focus away, the heading of what came instead gets it.
document.addEventListener("htmx:afterSettle", (event) => {
  if (document.activeElement && document.activeElement !== document.body) return;
  event.detail.elt.querySelector?.("[autofocus], [tabindex='-1']")?.focus({ preventScroll: true });
});

// A long job stops asking while nobody looks.
document.addEventListener("htmx:confirm", (event) => {
  if (document.hidden && event.detail.elt.hasAttribute("data-poll")) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const poll of document.querySelectorAll("[data-poll]")) htmx.trigger(poll, "wake");
});
