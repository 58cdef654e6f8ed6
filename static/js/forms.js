// Forms: focus goes to the first field that was refused; a select may send its form; Esc leaves an inline edit.
const refused = document.querySelector("main [aria-invalid=true]");
if (refused && !document.querySelector("[autofocus]:not([aria-invalid])")) refused.focus();
document.addEventListener("htmx:afterSettle", (event) => {
  event.detail.elt.querySelector?.("[aria-invalid=true]")?.focus();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") event.target.closest?.("form")?.querySelector("[data-cancel]")?.click();
});

// Not twice: a form that is on its way cannot be sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-get], [hx-delete]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  const button = event.submitter;
  setTimeout(() => { if (button) button.dataset.state = "busy"; }, 200);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[data-state=busy]")) delete button.dataset.state;
  }
});

// A dropped or chosen file says its name and size where the form wants it.
document.addEventListener("change", (event) => {
  const place = event.target.matches("input[type=file]") && document.getElementById(event.target.dataset.shows ?? "");
  if (!place) return;
  const [file] = event.target.files;
  place.textContent = file ? `${file.name}, ${(file.size / 1e6).toFixed(1)} MB` : "";
});
