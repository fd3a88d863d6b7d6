// What pages share that a phone draws from what it keeps: pieces of the page, and sending what waits.
import { get, keepSaid, put, sealFor, told, unsealWith, waitingSaid } from "./_kept.mjs";

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

// Boxes to tick, put into `boxes`; returned as pairs of field and words.
export function ticks(boxes, options) {
  return options.map(([value, words]) => {
    const tick = piece("tick");
    const [field, label] = tick.children;
    Object.assign(field, { id: `t-${value}`, value });
    Object.assign(label, { htmlFor: field.id, textContent: words });
    boxes.append(tick);
    return [field, words];
  });
}

export function pressed(made, act) {
  (made.matches("button") ? made : made.querySelector("button")).addEventListener("click", act);
  return made;
}

// What an open page holds: the secret of the PIN, what is kept to read, and what was begun on this
// phone, by young person, which is kept locked under `name`. Nothing while it is closed.
export const held = { secret: null, name: "", documents: [], begun: {} };

// One after the other: an older copy never comes to lie over a newer one. What is meant is named
// now, since it may be gone from the page when its turn comes.
let saving = Promise.resolve();
export function save() {
  const { secret, name, begun } = held;
  if (!secret) return;
  const keep = async () => put(name, await sealFor(await get("open"), begun));
  saving = saving.catch(() => {}).then(keep);
  return saving;
}

// Keep what was said until it is sent. The worker script knows by its key where it goes.
export async function tell(said) {
  await keepSaid(said);
  await save();
  await count();
  send();
}

export function draw(flow, pieces) {
  const place = byId("flow");
  show("list", false);
  show("flow");
  Object.assign(place, { lang: flow.lang, dir: flow.dir });
  place.replaceChildren(...pieces.flat(2).filter(Boolean));
  scrollTo(0, 0);
  place.focus();
}

// All that is kept to read; under each name what `cover` makes of it.
export function drawList(cover) {
  show("flow", false);
  show("list");
  byId("flow").replaceChildren();
  held.documents.forEach((found, at) => {
    const article = byId("document").children[at];
    for (const old of article.querySelectorAll("[data-drawn]")) old.remove();
    const made = cover(found);
    if (!made) return;
    made.dataset.drawn = "1";
    article.firstElementChild.removeAttribute("dir");
    article.firstElementChild.after(made);
  });
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
function watch() {
  addEventListener("online", () => ((pause = SOON), send()));
  // Not every phone says that the signal is back.
  setInterval(() => byId("unsent").hidden || send(), ASK_EVERY);
  byId("again").addEventListener("click", send);
  count();
  if (navigator.onLine) send();
}

// `isOver(flow, left)`: what was begun is over, so many answers being left to send.
export function hold(name, isOver, list) {
  addEventListener("opened", async ({ detail: { secret, documents } }) => {
    Object.assign(held, { secret, name, documents });
    const kept = await get(name);
    held.begun = kept ? await unsealWith(secret, kept) : {};
    const left = (await waitingSaid()).length;
    for (const [about, flow] of Object.entries(held.begun)) {
      if (isOver(flow, left)) delete held.begun[about];
    }
    list();
  });
  addEventListener("closed", () => {
    Object.assign(held, { secret: null, documents: [], begun: {} });
    byId("flow").replaceChildren();
    show("flow", false);
  });
  watch();
}
