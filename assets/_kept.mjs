// What a phone keeps of us, for the worker script and the pages. Locked with a key that never
// leaves this browser, and the plan with the person's PIN as well.
const NAME = "page";

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(NAME);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function run(mode, act) {
  const base = await opened();
  try {
    return await new Promise((done, failed) => {
      const turn = base.transaction(NAME, mode);
      const asked = act(turn.objectStore(NAME));
      turn.oncomplete = () => done(asked?.result);
      turn.onerror = turn.onabort = () => failed(turn.error);
    });
  } finally {
    base.close();
  }
}

export const get = (name) => run("readonly", (store) => store.get(name));
export const put = (name, value) => run("readwrite", (store) => store.put(value, name));
export const drop = (name) => run("readwrite", (store) => store.delete(name));
const names = () => run("readonly", (store) => store.getAllKeys());

export async function wipe() {
  for (const name of await caches.keys()) await caches.delete(name);
  await new Promise((done) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = done;
  });
}

const lock = async (key, bytes) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
};
const unlock = (key, { iv, data }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data);

// The key of this browser: it can be used here and cannot be read out.
async function own() {
  const found = await get("key");
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  await put("key", made);
  return made;
}

// 600,000 rounds. Source: OWASP, password storage, PBKDF2-HMAC-SHA256.
async function fromPin(pin, salt) {
  const plain = new TextEncoder().encode(pin.normalize("NFKC").trim());
  const raw = await crypto.subtle.importKey("raw", plain, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 600000 };
  const made = { name: "AES-GCM", length: 256 };
  return crypto.subtle.deriveKey(how, raw, made, false, ["encrypt", "decrypt"]);
}

const bytesOf = (value) => new TextEncoder().encode(JSON.stringify(value));
const valueOf = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

export const seal = async (value) => lock(await own(), bytesOf(value));
export const unseal = async (sealed) => valueOf(await unlock(await own(), sealed));

export async function sealWithPin(value, pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const inner = await lock(await fromPin(pin, salt), bytesOf(value));
  const packed = new Uint8Array([...inner.iv, ...new Uint8Array(inner.data)]);
  return { salt, wrong: 0, ...(await lock(await own(), packed)) };
}

export async function unsealWithPin(sealed, pin) {
  const packed = new Uint8Array(await unlock(await own(), sealed));
  const inner = { iv: packed.slice(0, 12), data: packed.slice(12) };
  return valueOf(await unlock(await fromPin(pin, sealed.salt), inner));
}

// Locking for somebody else: with the open half of a pair anybody locks, only its secret half opens.
const EC = { name: "ECDH", namedCurve: "P-256" };
const point = (raw) => crypto.subtle.importKey("raw", raw, EC, false, []);
const between = (secret, open) =>
  crypto.subtle.deriveKey(
    { name: "ECDH", public: open },
    secret,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );

export async function newPair() {
  const made = await crypto.subtle.generateKey(EC, true, ["deriveKey"]);
  return {
    open: await crypto.subtle.exportKey("raw", made.publicKey),
    secret: await crypto.subtle.exportKey("jwk", made.privateKey),
  };
}

export const secretOf = (jwk) => crypto.subtle.importKey("jwk", jwk, EC, false, ["deriveKey"]);

export async function sealFor(open, value) {
  const moment = await crypto.subtle.generateKey(EC, false, ["deriveKey"]);
  const key = await between(moment.privateKey, await point(open));
  const from = await crypto.subtle.exportKey("raw", moment.publicKey);
  return { from, ...(await lock(key, bytesOf(value))) };
}

export async function unsealWith(secret, { from, ...sealed }) {
  return valueOf(await unlock(await between(secret, await point(from)), sealed));
}

export const bytesFrom = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
export const textOf = ({ from, iv, data }) =>
  btoa(
    [from, iv, data].map((one) => String.fromCharCode(...new Uint8Array(one))).join(""),
  );

// What a carer pressed and waits: each under a name of its own, in the order of the presses, locked
// for the server alone. This phone cannot read it again.
const SAID = "said:";
let count = 0;
export const waitingSaid = async () => (await names()).filter((name) => name.startsWith(SAID));
export async function keepSaid(said) {
  const place = [Date.now(), count++ % 1000].map((one) => String(one).padStart(15, "0"));
  await put(`${SAID}${place.join(":")}:${said.key}`, await sealFor(await get("ours"), said));
}

export function told(worker, what) {
  return new Promise((done) => {
    navigator.serviceWorker.addEventListener("message", (event) => done(event.data), { once: true });
    worker.postMessage(what);
  });
}
