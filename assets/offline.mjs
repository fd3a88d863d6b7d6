// The page that turns keeping on and off, and the pages that are kept. Loaded on those only.
import {
  bytesFrom,
  drop,
  get,
  newPair,
  put,
  sealFor,
  sealWithPin,
  secretOf,
  told,
  unsealWith,
  unsealWithPin,
  wipe,
} from "./_kept.mjs";

const LEAST_SIGNS = 6;
const MOST_WRONG = 10;
const OPEN_FOR = 5 * 60 * 1000;
const byId = (id) => document.getElementById(id);
const show = (id, on = true) => byId(id)?.toggleAttribute("hidden", !on);

// Only the page that turns it on may name a worker script, only once, and only ours.
let address = null;
function workerAddress() {
  const ours = { createScriptURL: () => "/sw.js" };
  address ??= globalThis.trustedTypes?.createPolicy("page", ours).createScriptURL("") ?? "/sw.js";
  return address;
}

async function begin(form, what) {
  const pin = byId("pin")?.value ?? "";
  for (const id of ["pin-short", "pin-differs", "keep-failed"]) show(id, false);
  if (what === "all") {
    if ([...pin.trim()].length < LEAST_SIGNS) return show("pin-short");
    if (pin !== byId("pin-again").value) return show("pin-differs");
  }
  form.toggleAttribute("aria-busy", true);
  try {
    const body = new FormData(form);
    body.delete("pin");
    body.set("what", what);
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
    if (!answer.ok) throw new Error("refused");
    const { documents, made, ours, ...kept } = await answer.json();
    await wipe();
    for (const [name, value] of Object.entries(kept)) await put(name, value);
    await put("ours", bytesFrom(ours));
    await put("lang", document.documentElement.lang);
    if (documents.length) {
      // The worker can put newer documents in; only the PIN opens them.
      const pair = await newPair();
      await put("open", pair.open);
      await put("pin", await sealWithPin(pair.secret, pin));
      await put("documents", await sealFor(pair.open, { documents, made }));
    }
    await navigator.serviceWorker.register(workerAddress(), { scope: "/" });
    const { active } = await navigator.serviceWorker.ready;
    // After wiping, a worker that was there before has to gather its pages again.
    if ((await told(active, "fill")) !== "done") throw new Error("not kept");
    form.reset();
    await state();
    byId("kept")?.focus();
  } catch {
    await wipe().catch(() => {});
    show("keep-failed");
  } finally {
    form.toggleAttribute("aria-busy", false);
  }
}

const worker = () => navigator.serviceWorker.getRegistration("/");

async function end() {
  await (await worker())?.unregister();
  await wipe();
  await state();
}

async function state() {
  // Nothing is looked up, so that not even an empty store is left, where it was never turned on.
  const there = Boolean(await worker());
  const on = there && Boolean(await get("token"));
  const plan = there && Boolean(await get("documents"));
  show("kept", on);
  show("kept-plan", plan);
  show("not-kept", !on);
}

// Words are put in as words: nothing that was written can become part of the page's own code.
function draw({ documents, made }, secret) {
  const place = byId("document");
  place.replaceChildren();
  byId("kept-on").textContent = byId("kept-on").dataset.words.replace("…", made);
  for (const { lang, dir, title, blocks } of documents) {
    const article = document.createElement("article");
    Object.assign(article, { lang, dir });
    add(article, "h1", title);
    for (const [kind, words, number] of blocks) {
      if (kind === "call") call(article, words, number);
      else if (kind === "said") add(article, "blockquote", words).className = "said";
      else if (kind === "by") add(article, "p", words).className = "small soft";
      else add(article, kind === "h2" || kind === "h3" ? kind : "p", words);
    }
    place.append(article);
  }
  show("locked", false);
  show("opened");
  place.focus();
  dispatchEvent(new CustomEvent("opened", { detail: { documents, secret } }));
  stay();
}

// Nobody finds an open plan on a phone that was laid down.
let closing;
function stay() {
  clearTimeout(closing);
  closing = setTimeout(close, OPEN_FOR);
}

function close() {
  byId("document")?.replaceChildren();
  dispatchEvent(new Event("closed"));
  show("opened", false);
  show("locked");
}

function add(parent, tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  made.dir = "auto";
  parent.append(made);
  return made;
}

function call(parent, words, number) {
  const link = document.createElement("a");
  link.href = `tel:${number}`;
  link.textContent = number;
  link.dir = "ltr";
  add(parent, "p", `${words} `).append(link);
}

async function openWith(pin) {
  const sealed = await get("pin");
  for (const id of ["pin-wrong", "pin-last"]) show(id, false);
  if (!sealed) return show("nothing-kept");
  try {
    const secret = await secretOf(await unsealWithPin(sealed, pin));
    draw(await unsealWith(secret, await get("documents")), secret);
    await put("pin", { ...sealed, wrong: 0 });
  } catch {
    const wrong = sealed.wrong + 1;
    if (wrong < MOST_WRONG) await put("pin", { ...sealed, wrong });
    else for (const name of ["pin", "documents", "going", "talking"]) await drop(name);
    show(wrong >= MOST_WRONG ? "pin-last" : "pin-wrong");
  }
  byId("pin").value = "";
}

byId("keep")?.addEventListener("submit", (event) => {
  event.preventDefault();
  begin(event.target, event.submitter?.value ?? "page");
});
byId("end")?.addEventListener("click", end);
for (const what of ["click", "input"]) byId("opened")?.addEventListener(what, stay);
byId("open")?.addEventListener("submit", (event) => {
  event.preventDefault();
  openWith(byId("pin").value);
});
if (byId("waiting")) {
  const again = async () => {
    const { active } = await navigator.serviceWorker.ready;
    if ((await told(active, "send")) === "sent") location.replace("/this-phone/sent");
  };
  addEventListener("online", again);
  byId("again").addEventListener("click", again);
}
addEventListener("pagehide", close);
if (byId("keep")) {
  const able = "serviceWorker" in navigator && globalThis.crypto?.subtle && "indexedDB" in globalThis;
  show("cannot", !able);
  show("keep", Boolean(able));
  if (able) state();
}
