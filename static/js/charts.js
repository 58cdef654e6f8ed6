// Plotly figures. The library is fetched only when a chart comes near the viewport; without it the table opens.
// Figures name colours as var(--token); they are resolved here, again when the theme changes and for print.
const root = document.documentElement;
const probe = document.createElement("i");
const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const resolved = new Map();
const drawn = new WeakSet();
const SLIM = 400, PRINT_WIDTH = 1032;

function token(reference) {
  const theme = (root.dataset.theme ?? "") + matchMedia("(prefers-color-scheme: dark)").matches + matchMedia("print").matches;
  const key = reference + theme;
  if (!resolved.has(key)) resolved.set(key, reference.includes("--font") ? fontOf() : colorOf(reference));
  return resolved.get(key);
}
const fontOf = () => getComputedStyle(root).getPropertyValue("--font").trim();
function colorOf(reference) {
  probe.style.color = reference;
  document.body.append(probe);
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = getComputedStyle(probe).color;
  pixel.fillRect(0, 0, 1, 1);
  probe.remove();
  const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
  return a === 255 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`;
}

function resolve(value) {
  if (typeof value === "string") return value.startsWith("var(--") ? token(value) : value;
  if (Array.isArray(value)) return value.map(resolve);
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part)]));
}
function merge(base, over) {
  const out = { ...base };
  for (const [key, value] of Object.entries(over)) {
    out[key] = value && typeof value === "object" && !Array.isArray(value) ? merge(base?.[key] ?? {}, value) : value;
  }
  return out;
}

let library;
function plotly() {
  library ||= new Promise((ready, failed) => {
    const script = document.createElement("script");
    script.src = document.querySelector("meta[name=plotly-src]").content;
    script.onload = () => ready(window.Plotly);
    script.onerror = failed;
    document.head.append(script);
  });
  return library;
}

async function draw(holder, scale) {
  const mount = holder.querySelector(".chart__mount");
  const figure = JSON.parse(holder.querySelector("script[type='application/json']").textContent);
  try {
    const Plotly = await plotly();
    let layout = figure.layout;
    if (mount.clientWidth < SLIM && figure.narrow) layout = merge(layout, figure.narrow);
    if (scale) layout = merge(layout, { xaxis: { tickfont: { size: 10 } } });
    const size = scale
      ? { autosize: false, width: Math.round(mount.clientWidth * scale), height: Math.round((mount.clientHeight * 13) / 16) }
      : { autosize: true };
    const template = resolve(CHART_LOOK.template);
    await Plotly.react(mount, resolve(figure.data), { ...resolve(layout), template, ...size }, CHART_LOOK.config);
    fit(mount);
    if (holder.dataset.state !== "ready") mount.on("plotly_afterplot", () => fit(mount));
    holder.dataset.state = "ready";
  } catch (error) {
    holder.dataset.state = "error";
    holder.parentElement.querySelector(".data-table")?.setAttribute("open", "");
    console.warn("The chart was not drawn; its table stands instead.", error);
  }
}

// A viewBox lets print scale the picture; the holder's label speaks for it.
function fit(mount) {
  for (const picture of mount.querySelectorAll("svg.main-svg")) {
    picture.setAttribute("viewBox", `0 0 ${picture.getAttribute("width")} ${picture.getAttribute("height")}`);
    picture.setAttribute("aria-hidden", "true");
  }
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting && !drawn.has(target)) { drawn.add(target); draw(target); }
  }
}, { rootMargin: "300px" });
const watch = (part) => { for (const holder of part.querySelectorAll(".chart")) near.observe(holder); };
const redraw = () => { for (const holder of document.querySelectorAll(".chart")) if (drawn.has(holder)) draw(holder); };

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target));
document.addEventListener("ui:theme", redraw);

let themeBefore;
addEventListener("beforeprint", () => {
  themeBefore = root.dataset.theme;
  root.dataset.theme = "light";
  const main = document.querySelector("main");
  for (const holder of document.querySelectorAll(".chart")) { drawn.add(holder); draw(holder, PRINT_WIDTH / main.clientWidth); }
});
addEventListener("afterprint", () => {
  if (themeBefore) root.dataset.theme = themeBefore; else delete root.dataset.theme;
  redraw();
});
