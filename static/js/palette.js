// Command menu: Ctrl+K or Cmd+K, type, arrows, Enter. The list is server HTML; typing filters it and asks for records.
const palette = document.getElementById("jump");
if (palette) {
  const input = palette.querySelector("input");
  const none = palette.querySelector("[data-none]");
  const shown = () => [...palette.querySelectorAll("[role=option]:not([hidden])")];

  const select = (option) => {
    for (const other of palette.querySelectorAll("[role=option]")) other.setAttribute("aria-selected", String(other === option));
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const option of palette.querySelectorAll("[role=option][data-words]")) {
      option.hidden = !words.every((word) => option.dataset.words.toLowerCase().includes(word));
    }
    for (const group of palette.querySelectorAll("[role=group]")) {
      group.hidden = !group.querySelector("[role=option]:not([hidden])");
    }
    none.hidden = shown().length > 0;
    select(shown()[0]);
  };
  const open = () => { if (!palette.open) { palette.showModal(); input.value = ""; filter(); input.focus(); } };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-jump]")) open();
    if (event.target === palette) palette.close();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close(); else open();
    }
  });
  input.addEventListener("input", filter);
  palette.addEventListener("htmx:afterSwap", filter);
  input.addEventListener("keydown", (event) => {
    const options = shown(), at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) { event.preventDefault(); select(options[(at + step + options.length) % options.length]); }
    if (event.key === "Enter" && options[at]) { event.preventDefault(); options[at].click(); }
  });
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
    for (const key of document.querySelectorAll("[data-mod]")) key.textContent = key.textContent.replace("Ctrl ", "⌘");
  }
}
