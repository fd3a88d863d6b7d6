// Runs only on a phone whose person turned it on. Keeps a few pages that say nothing of anybody, and
// what was pressed without a signal until there is one. Everything else goes to the server as ever.
// The server puts the names of pages and files in front: self.KEPT.
import {
  drop,
  get,
  keepSaid,
  put,
  seal,
  sealFor,
  textOf,
  unseal,
  waitingSaid,
  wipe,
} from "./_kept.mjs";

const { pages, carer, talks } = self.KEPT;
const files = [...self.KEPT.files, ...carer.files, ...talks.files];
const CACHE = "page";
const PATIENCE = { show: 10000, send: 20000 };
const ASK_EVERY = 5 * 60 * 1000;
const MOST_WAITING = 20;
// What goes in one piece: so many signs, well below what the server takes.
const ONE_PIECE = 20000;
let asked = 0;
let sending = null;
let again = null;
// Set once everything is thrown away: looking something up would make an empty store again.
let gone = false;

// Also when a newer worker comes, long after the sign-in has ended: the phone's own token says
// whose numbers stand on the pages, and no cookie goes along.
async function fill() {
  gone = false;
  const headers = { "X-Phone": await get("token"), "Accept-Language": await get("lang") };
  const wanted = [...Object.values(pages), ...self.KEPT.files];
  if (await get("carer")) wanted.push(...Object.values(carer.pages), ...carer.files);
  if (await get("talks")) wanted.push(...Object.values(talks.pages), ...talks.files);
  const cache = await caches.open(CACHE);
  for (const path of wanted) {
    const found = await fetch(path, { credentials: "omit", cache: "reload", headers });
    if (!found.ok) throw new Error("not there");
    await cache.put(path, found);
  }
  for (const old of await cache.keys()) {
    if (!wanted.includes(new URL(old.url).pathname)) await cache.delete(old);
  }
}

async function forget() {
  gone = true;
  await wipe();
  await self.registration.unregister();
}

const kept = (path) => caches.match(path, { ignoreVary: true });

function within(limit, answer) {
  return Promise.race([
    answer,
    new Promise((_done, failed) => setTimeout(() => failed(new Error("too slow")), limit)),
  ]);
}

// May this phone go on? Asked when there is a signal; whoever lost the phone has said no.
async function ask() {
  if (gone) return;
  const token = await get("token");
  if (!token || Date.now() - asked < ASK_EVERY) return;
  asked = Date.now();
  const about = ((await get("about")) ?? []).join(" ");
  const body = new URLSearchParams({ token, about });
  const answer = await fetch("/this-phone/still", { method: "POST", body });
  if (answer.status === 410) await forget();
  else if (answer.ok) await renew(token);
}

// What is kept is kept up to date while its person is signed in: newer questions, newer numbers.
// Questions that somebody is in the middle of stay as they began (assets/worried.mjs).
async function renew(token) {
  const open = await get("open");
  if (!open) return;
  const body = new URLSearchParams({ token });
  const answer = await fetch("/this-phone/fresh", { method: "POST", body });
  if (answer.status !== 200) return;
  const { about, ...found } = await answer.json();
  const sealed = await sealFor(open, found);
  if (gone) return;
  await put("documents", sealed);
  await put("about", about);
}

async function show(request, path) {
  try {
    const answer = await within(PATIENCE.show, fetch(request));
    if (![502, 503, 504].includes(answer.status)) return answer;
  } catch {
    // No signal, or no server: what is kept follows.
  }
  if (gone || Date.now() > ((await get("until")) ?? 0)) {
    if (!gone) await pass().catch(() => {});
    await forget();
    return Response.error();
  }
  const forNow = path === "/now" || path.startsWith("/c") || !(await get("documents"));
  const worried = (await get("carer")) && carer.pages.worried;
  const talk = (!worried || path.startsWith("/talk-records")) && (await get("talks"));
  return (await kept((talk && talks.pages.talk) || worried || (forNow ? pages.now : pages.open))) ?? Response.error();
}

async function leave(request) {
  const away = await kept(pages.away);
  await forget();
  try {
    return await within(PATIENCE.show, fetch(request));
  } catch {
    return away ?? Response.error();
  }
}

async function send(event) {
  const form = await event.request.clone().formData();
  if (!form.get("kept")) {
    try {
      const answer = await within(PATIENCE.send, fetch(event.request));
      if (answer.status < 500) return answer;
    } catch {
      // It may have arrived all the same: the key makes it count once.
    }
  }
  if (gone || !(await get("token"))) return Response.error();
  await wait(form);
  const outcome = await pass();
  if (outcome !== "sent") await self.registration.sync?.register("send").catch(() => {});
  return (await kept(outcome === "sent" ? pages.sent : pages.waiting)) ?? Response.error();
}

// A carer's answer that found no signal on its way: kept as what a page without a signal keeps.
async function sendWorry(event, path) {
  const form = await event.request.clone().formData();
  try {
    const answer = await within(PATIENCE.show, fetch(event.request));
    if (answer.status < 500) return answer;
  } catch {
    // It may have arrived all the same: the key makes it count once.
  }
  const said = saidBy(form, path);
  if (gone || !said || !(await get("carer"))) return Response.error();
  await keepSaid(said);
  if ((await pass()) !== "sent") await self.registration.sync?.register("send").catch(() => {});
  return Response.redirect(carer.pages.worried, 303);
}

function saidBy(form, path) {
  const [, place, id, what, prompt] = path.split("/");
  const key = form.get("key") || crypto.randomUUID();
  const said = { key, at: Date.now(), [place === "worried" ? "about" : "worry"]: id };
  if (place === "worried") return { ...said, kind: "begin" };
  if (what === "missing") return { ...said, kind: "missing" };
  if (what === "wait" || what === "not-missing") {
    const [minutes, reason] = ["minutes", "reason"].map((name) => form.get(name)?.trim());
    return reason && { ...said, kind: what.replace("-", "_"), minutes, reason };
  }
  const sent = Object.fromEntries([...form.keys()].map((name) => [name, form.getAll(name)]));
  delete sent.csrf_token;
  if (what === "ask") return { ...said, kind: "answer", prompt, form: sent };
  const [person, how, outcome] = ["person", "how", "outcome"].map((name) => form.get(name));
  return what === "tried" && { ...said, kind: "tried", person, how, outcome };
}

async function wait(form) {
  const key = form.get("kept") ? null : form.get("key");
  const said = { key: key || crypto.randomUUID().replaceAll("-", ""), at: Date.now() };
  for (const name of ["kind", "note", "place"]) said[name] = form.get(name) ?? "";
  const waiting = (await get("waiting")) ?? [];
  await put("waiting", [...waiting, { id: said.key, ...(await seal(said)) }].slice(-MOST_WAITING));
}

// Sends what waits, oldest first, one after the other; the server counts each key once.
// Whoever asks while that runs is answered by one more round: the first may have had no signal.
function pass() {
  if (sending) {
    again ??= sending.catch(() => {}).then(() => ((again = null), pass()));
    return again;
  }
  sending = passAll().finally(() => (sending = null));
  return sending;
}

async function passAll() {
  const token = gone ? null : await get("token");
  for (const one of token ? ((await get("waiting")) ?? []) : []) {
    let answer;
    try {
      const body = new URLSearchParams({ ...(await unseal(one)), token });
      answer = await within(PATIENCE.send, fetch("/now/later", { method: "POST", body }));
    } catch {
      return "waiting";
    }
    if (answer.status >= 500 || answer.status === 429) return "waiting";
    if (answer.status === 410) {
      await forget();
      return "sent";
    }
    const left = ((await get("waiting")) ?? []).filter((other) => other.id !== one.id);
    await put("waiting", left);
  }
  return token ? passSaid(token) : "sent";
}

// What carers said, in order, piece by piece. What is done is dropped here, and nothing else.
async function passSaid(token) {
  let outcome = "sent";
  let left = await waitingSaid();
  while (left.length) {
    const said = [];
    // In a talk each has a key that says so: it goes where talks are kept.
    const where = (id) => (id.includes(":talk-") ? "/talks/later" : "/worries/later");
    const to = where(left[0]);
    const fits = (size) => left.length && size < ONE_PIECE && where(left[0]) === to;
    for (let size = 0; fits(size); size += said.at(-1).box.length) {
      const id = left.shift();
      said.push({ id, box: textOf(await get(id)) });
    }
    const body = new URLSearchParams({ token, at: Date.now(), said: JSON.stringify(said) });
    let answer;
    try {
      answer = await within(PATIENCE.send, fetch(to, { method: "POST", body }));
    } catch {
      return "waiting";
    }
    if (answer.status === 410) {
      await forget();
      return "sent";
    }
    if (!answer.ok) return "waiting";
    const { done, sign_in: waits } = await answer.json();
    for (const id of done) await drop(id);
    if (waits) outcome = "sign-in";
  }
  return outcome;
}

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("sync", (event) => {
  event.waitUntil(
    pass().then((outcome) => {
      // The browser tries again when told that it failed.
      if (outcome !== "sent") throw new Error("still waiting");
    }),
  );
});
self.addEventListener("message", (event) => {
  const acts = { fill, send: pass };
  const act = acts[event.data];
  if (!act) return;
  const answer = (outcome) => event.source?.postMessage(outcome ?? "done");
  event.waitUntil(act().then(answer, () => answer("failed")));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode !== "navigate") {
    if (files.includes(url.pathname)) {
      event.respondWith(kept(url.pathname).then((found) => found ?? fetch(request)));
    }
  } else if (url.pathname === "/leave") {
    event.respondWith(leave(request));
  } else if (request.method === "POST") {
    if (url.pathname === "/now") event.respondWith(send(event));
    if (/^\/worr(ies|ied)\/./.test(url.pathname)) event.respondWith(sendWorry(event, url.pathname));
  } else {
    event.respondWith(show(request, url.pathname));
    event.waitUntil(pass().then(ask).catch(() => {}));
  }
});
