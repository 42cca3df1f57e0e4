// The page as a whole: the people, the clock, the stream of changes.

import { Pane, setCount } from "./pane.js";
import { notice, post } from "./wire.js";

const panes = new Map();
const switches = new Map(
  [...document.querySelectorAll("[data-switch]")].map((button) => [button.dataset.switch, button]),
);
const topNotice = document.querySelector("[data-top-notice]");
const clock = document.querySelector("[data-clock]");
const toasts = document.querySelector("[data-toasts]");

for (const element of document.querySelectorAll("[data-person].pane")) {
  panes.set(element.dataset.person, new Pane(element, paneChanged));
}

// --- people -------------------------------------------------------------------------------------

// Unread counts, and a word about a message to somebody whose part is not on the screen.
function paneChanged(pane, arrived) {
  setCount(switches.get(pane.person).querySelector("[data-count]"), pane.total);
  const all = [...panes.values()].reduce((sum, each) => sum + (each.total || 0), 0);
  document.title = all ? `(${all}) Handrail sandbox` : "Handrail sandbox";
  if (arrived) toast(pane, arrived);
}

function switchTo(person) {
  for (const [user, pane] of panes) {
    pane.element.classList.toggle("current", user === person);
    if (user === person) switches.get(user).setAttribute("aria-current", "true");
    else switches.get(user).removeAttribute("aria-current");
  }
  toasts.querySelectorAll(`[data-for="${CSS.escape(person)}"]`).forEach((each) => each.remove());
  const pane = panes.get(person);
  pane.select(pane.tab);
  // On a phone one part is shown at a time; else the panes stand in a row, and this one comes into view.
  pane.element.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function toast(pane, text) {
  toasts.querySelectorAll(`[data-for="${CSS.escape(pane.person)}"]`).forEach((each) => each.remove());
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast";
  button.dataset.for = pane.person;
  const name = document.createElement("strong");
  name.textContent = `To ${pane.name}`;
  const words = document.createElement("span");
  words.textContent = text;
  button.append(name, words);
  button.addEventListener("click", () => {
    switchTo(pane.person);
    pane.select("direct");
    pane.box.focus();
  });
  toasts.append(button);
  setTimeout(() => button.remove(), 8_000);
}

for (const [person, button] of switches) button.addEventListener("click", () => {
  switchTo(person);
  // A phone would open its keyboard over what there is to read.
  if (matchMedia("(min-width: 720px)").matches) panes.get(person).box.focus({ preventScroll: true });
});

// --- the clock ----------------------------------------------------------------------------------

function showTime({ label, at }) {
  clock.textContent = label;
  clock.dateTime = at;
}

for (const button of document.querySelectorAll("[data-move]")) {
  button.addEventListener("click", async () => {
    const all = document.querySelectorAll("[data-move]");
    all.forEach((each) => (each.disabled = true));
    notice(topNotice);
    try {
      await post("/sandbox/clock", { move: button.dataset.move });
    } catch (error) {
      notice(topNotice, error.message);
    } finally {
      all.forEach((each) => (each.disabled = false));
      button.focus();
    }
  });
}

// --- the stream of changes ----------------------------------------------------------------------

function listen() {
  const source = new EventSource("/events");
  const on = (name, take) => source.addEventListener(name, (event) => take(JSON.parse(event.data)));
  on("everything", ({ views, clock: time }) => {
    notice(topNotice);
    for (const { person, tab, messages, dropped } of views) {
      panes.get(person)?.replaceAll(tab, messages, dropped);
    }
    showTime(time);
  });
  on("message", ({ person, tab, html }) => panes.get(person)?.show(tab, html));
  on("gone", ({ person, tab, id, dropped }) => panes.get(person)?.remove(tab, id, dropped));
  on("clock", showTime);
  source.addEventListener("error", () => {
    notice(topNotice, "The connection to the sandbox is lost. Trying again …");
    // The browser tries again by itself, but for a refusal.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2_000);
  });
}

listen();

// --- the guide and the theme --------------------------------------------------------------------

const guide = document.getElementById("guide");
const guideToggle = document.querySelector("[data-guide-toggle]");

function showGuide(open) {
  guide.hidden = !open;
  guideToggle.setAttribute("aria-expanded", String(open));
}

if (guide) {
  showGuide(matchMedia("(min-width: 1180px)").matches);
  guideToggle.addEventListener("click", () => showGuide(guide.hidden));
}

document.querySelector("[data-theme-toggle]").addEventListener("click", () => {
  const root = document.documentElement;
  const now = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
  localStorage.setItem("handrail-theme", root.dataset.theme);
});
