// What pages share that a phone draws from what it keeps: pieces of the page, and sending what waits.
import { get, put, sealFor, told, waitingSaid } from "./_kept.mjs";

const SOON = 500;
const ASK_EVERY = 15000;
export const byId = (id) => document.getElementById(id);
export const show = (id, on = true) => byId(id).toggleAttribute("hidden", !on);

export function piece(name, ...values) {
  const made = byId(`t-${name}`).content.firstElementChild.cloneNode(true);
  const texts = document.createTreeWalker(made, NodeFilter.SHOW_TEXT);
  while (values.length && texts.nextNode()) {
    const node = texts.currentNode;
    while (values.length && node.data.includes("…")) {
      node.data = node.data.replace("…", () => values.shift());
    }
  }
  return made;
}

export function add(tag, words, className = "") {
  const made = document.createElement(tag);
  Object.assign(made, { textContent: words, className });
  // A frame has the direction of its page, words have their own.
  if (words) made.dir = "auto";
  return made;
}

export function pressed(made, act) {
  (made.matches("button") ? made : made.querySelector("button")).addEventListener("click", act);
  return made;
}

// One after the other: an older copy never comes to lie over a newer one. What is meant is named
// now, since it may be gone from the page when its turn comes.
let saving = Promise.resolve();
export function saveFlows(name, flows) {
  const keep = async () => put(name, await sealFor(await get("open"), flows));
  saving = saving.catch(() => {}).then(keep);
  return saving;
}

let waited = false;
export async function count(outcome = "") {
  const left = (await waitingSaid()).length;
  show("unsent", left > 0);
  show("sign-in", left > 0 && outcome === "sign-in");
  show("all-sent", left === 0 && waited);
  waited ||= left > 0;
}

// Soon again at first, then less often: a signal comes and goes.
let pause = SOON;
let later = null;
export async function send() {
  const worker = await navigator.serviceWorker.getRegistration("/");
  if (!worker?.active) return;
  const outcome = await told(worker.active, "send");
  await count(outcome);
  pause = outcome === "waiting" ? Math.min(2 * pause, ASK_EVERY) : SOON;
  clearTimeout(later);
  if (outcome === "waiting") later = setTimeout(send, pause);
}

// From the first moment on, and whenever the signal may be back.
export function watch() {
  addEventListener("online", () => ((pause = SOON), send()));
  // Not every phone says that the signal is back.
  setInterval(() => byId("unsent").hidden || send(), ASK_EVERY);
  byId("again").addEventListener("click", send);
  count();
  if (navigator.onLine) send();
}
