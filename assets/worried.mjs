// The questions for a carer without a signal, drawn from what the phone keeps. Words are put in as
// words. What is pressed is kept at once and goes when there is a signal (assets/sw.mjs).
import { add, byId, draw, drawList, held, hold, piece, pressed, save, tell, ticks } from "./_flow.mjs";

// Questions left lying this long are over: the next press begins anew.
const LEFT_LYING = 12 * 60 * 60 * 1000;

function say(flow, said) {
  const { about, set } = flow.worry;
  return tell({ key: crypto.randomUUID(), at: Date.now(), began: flow.began, about, set, ...said });
}

function begin(found) {
  const { about } = found.worry;
  let flow = held.begun[about];
  if (!flow || flow.over) {
    flow = held.begun[about] = { ...found, blocks: [], began: Date.now(), said: {}, tried: {} };
    say(flow, { kind: "begin" });
  }
  go(flow);
}

// The first gate that is open, else the next question, else the first that is open.
function nextOf(flow, after) {
  const all = flow.worry.prompts;
  const open = (one) => !flow.said[one.id] && !flow.worry.done.includes(one.id);
  const at = all.findIndex((one) => one.id === after) + 1;
  return all.find((one) => one.gate && open(one)) ?? [...all.slice(at), ...all].find(open);
}

function go(flow, after) {
  const prompt = nextOf(flow, after);
  if (prompt) ask(flow, prompt);
  else end(flow);
}

// Beside a question, how far things are stands below it: nothing moves under a thumb.
function screen(flow, ...pieces) {
  if (pieces[0].matches("[data-back]")) byId("opened").after(byId("status"));
  else byId("main").prepend(byId("status"));
  draw(flow, pieces);
}

function list() {
  byId("main").prepend(byId("status"));
  drawList((found) => found.worry && cover(found));
}

// Under a young person's name: the button, then whom to call, then what the plan says.
function cover(found) {
  const flow = held.begun[found.worry.about];
  const start = piece(flow && !flow.over ? "go-on" : "start");
  const drawn = [waiting(flow), pressed(start, () => begin(found)), people("trusted", found), people("helpers", found)];
  const box = add("div", "");
  box.append(...drawn.flat().filter(Boolean));
  return box;
}

// By when a report is due, in milliseconds; Infinity: once somebody decides.
function dueAt(flow) {
  const { at, due } = flow.worry;
  const times = [at, due.worried !== null && flow.began + due.worried * 1000];
  if (flow.missing && due.missing !== null) times.push(flow.missing + due.missing * 1000);
  return Math.min(...times.filter(Number.isFinite));
}

function clock(flow) {
  const { due } = flow.worry;
  const first = dueAt(flow);
  const known = Number.isFinite(first);
  const made = piece("clock", known ? clockTime(flow, first) : "", due.source);
  made.querySelector(known ? "[data-once]" : "[data-due]").remove();
  if (!known || !due.source) made.querySelector("[data-source]").remove();
  return made;
}

function clockTime(flow, at) {
  const how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: flow.worry.zone };
  const words = `${flow.lang}-u-nu-latn`;
  const time = new Date(at).toLocaleTimeString(words, how);
  const [day, today] = [at, Date.now()].map((each) =>
    new Date(each).toLocaleDateString(words, {
      weekday: "short", day: "numeric", month: "short", timeZone: flow.worry.zone,
    }));
  return day === today ? time : `${time} (${day})`;
}

function people(kind, found, flow) {
  const known = found.worry[kind];
  if (!known.length) return [];
  const made = add("ul", "", "people");
  made.append(...known.map((one) => person(one, flow)));
  return [piece(kind), made];
}

function person(one, flow) {
  const made = piece("person");
  const [name, who, last] = made.firstElementChild.children;
  const [call, text] = ["call", "text"].map((each) => made.querySelector(`[data-${each}]`));
  name.textContent = one.name;
  who.textContent = one.who;
  last.textContent = flow?.tried[one.id] ?? "";
  for (const link of [call, text]) link.append(add("span", ` (${one.name})`, "govuk-visually-hidden"));
  call.href = `tel:${one.phone}`;
  text.href = `sms:${one.phone}?&body=${encodeURIComponent(text.dataset.words)}`;
  if (!one.phone) for (const link of [call, text]) link.remove();
  const tries = made.querySelector(".tries");
  if (!flow) tries.remove();
  for (const button of tries.children) {
    button.append(add("span", ` (${one.name})`, "govuk-visually-hidden"));
    button.addEventListener("click", () => {
      last.textContent = `${button.firstChild.data} (${clockTime(flow, Date.now())})`;
      flow.tried[one.id] = last.textContent;
      say(flow, { kind: "tried", person: one.id, how: "call", outcome: button.value });
    });
  }
  return made;
}

function answers(flow, prompt, name) {
  const made = add("div", "", "choices");
  for (const [value, words] of prompt.options) {
    const button = piece("answer");
    button.value = value;
    button.firstElementChild.textContent = words;
    button.classList.toggle("is-urgent", prompt.gate && value === "yes");
    made.append(pressed(button, () => give(flow, prompt, { [name]: [value] }, words)));
  }
  return made;
}

const BODIES = {
  words(flow, prompt) {
    const made = piece("words");
    const field = made.querySelector("textarea");
    field.value = flow.draft?.[prompt.id] ?? "";
    field.addEventListener("input", () => {
      flow.draft = { [prompt.id]: field.value };
      save();
    });
    return [made, next(() => give(flow, prompt, { words: [field.value] }, field.value))];
  },
  ticks(flow, prompt) {
    const made = add("fieldset", "", "govuk-fieldset");
    const boxes = add("div", "", "govuk-checkboxes");
    made.append(add("legend", prompt.ask, "govuk-visually-hidden"), boxes);
    const fields = ticks(boxes, prompt.options);
    const give_ = () => {
      const ticked = fields.filter(([field]) => field.checked);
      const words = ticked.map(([, each]) => each).join(", ");
      give(flow, prompt, { ticked: ticked.map(([field]) => field.value) }, words);
    };
    return [made, next(give_)];
  },
  time(flow, prompt) {
    const made = piece("time");
    const field = made.querySelector("input");
    const give_ = () => {
      const parts = field.value.normalize("NFKC").match(/^\D*(\d{1,2})\D*(\d{2})?\D*$/);
      const good = parts && parts[1] < 24 && (parts[2] ?? 0) < 60;
      made.querySelector("[role=alert]").hidden = Boolean(good);
      if (good) give(flow, prompt, { clock: [field.value] }, field.value);
    };
    return [answers(flow, prompt, "ago"), made, next(give_)];
  },
  plan(flow, prompt) {
    const made = add("ol", "", "steps");
    for (const step of flow.worry.steps) {
      const line = add("li", "");
      line.append(add("bdi", step));
      made.append(line);
    }
    return [made.children.length ? made : piece("no-plan"), answers(flow, prompt, "answer")];
  },
  people: (flow, prompt) => [people("trusted", flow, flow), answers(flow, prompt, "answer")],
  texted: (flow, prompt) => [piece("texted"), answers(flow, prompt, "answer")],
};

const next = (act) => pressed(piece("next"), act);

function ask(flow, prompt) {
  const all = flow.worry.prompts;
  const at = all.indexOf(prompt);
  const pass = piece("pass");
  for (const button of pass.children) {
    const words = button.textContent;
    button.addEventListener("click", () => give(flow, prompt, { answer: [button.value] }, words));
  }
  if (prompt.gate) pass.lastElementChild.remove();
  screen(
    flow,
    pressed(piece("back"), () => (at > 0 ? ask(flow, all[at - 1]) : list())),
    clock(flow),
    piece("number", at + 1, all.length),
    add("h1", prompt.ask),
    prompt.hint && add("p", prompt.hint),
    flow.said[prompt.id] && add("p", flow.said[prompt.id], "small soft"),
    (BODIES[prompt.kind] ?? ((...about) => answers(...about, "answer")))(flow, prompt),
    pass,
    pressed(piece("call-now"), () => call(flow, prompt.id)),
    pressed(piece("to-end"), () => end(flow)),
  );
}

async function give(flow, prompt, form, words) {
  flow.said[prompt.id] = words || "–";
  flow.draft = {};
  const value = form.answer?.[0];
  const danger = prompt.danger.includes(value);
  flow.gates = { ...flow.gates, [prompt.id]: prompt.gate && value === "yes" };
  // At once: what is kept comes after.
  if (danger) {
    flow.missing ??= Date.now();
    call(flow, prompt.id);
  } else go(flow, prompt.id);
  await say(flow, { kind: "answer", prompt: prompt.id, form });
}

function call(flow, after) {
  const made = piece("call");
  const link = made.querySelector("[data-emergency]");
  link.href = `tel:${flow.worry.emergency}`;
  link.lastElementChild.textContent = link.dataset.words.replace("…", flow.worry.emergency);
  const aloud = flow.worry.spoken.map(({ lang, dir, first, gates, last }) => {
    const card = add("div", "", "card");
    const more = Object.keys(gates).map((gate) => flow.gates?.[gate] && gates[gate]);
    card.append(...[...first, ...more, ...last].filter(Boolean).map((line) => add("p", line)));
    return Object.assign(card, { lang, dir });
  });
  const missing = pressed(piece("missing"), () => {
    flow.missing = Date.now();
    call(flow, after);
    say(flow, { kind: "missing" });
  });
  screen(
    flow,
    made,
    clock(flow),
    flow.missing ? piece("said-missing") : missing,
    piece("aloud"),
    aloud,
    people("helpers", flow, flow),
    pressed(piece("go-on"), () => go(flow, after)),
  );
}

// Until when somebody may leave it: what the server worked out, counted from now.
function latestLook(flow) {
  const { most, agreed, margin, least } = flow.worry.wait;
  const now = Date.now();
  const times = [now + most * 1000, dueAt(flow) - margin * 1000];
  const agreedAt = flow.began + agreed * 1000;
  if (agreed && agreedAt > now) times.push(agreedAt);
  return Math.max(Math.min(...times), now + least * 1000);
}

function decide(flow) {
  const made = piece("decide");
  const field = made.querySelector("textarea");
  const [first, ...later] = [...made.querySelectorAll("button")].filter((one) => +one.value);
  const latest = latestLook(flow);
  for (const one of later) if (Date.now() + (one.value - 1) * 60000 > latest) one.remove();
  field.value = flow.why ?? "";
  field.addEventListener("input", () => {
    flow.why = field.value;
    save();
  });
  for (const button of made.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      const reason = field.value.trim();
      made.querySelector("[role=alert]").hidden = Boolean(reason);
      if (!reason) return field.focus();
      const minutes = button.value;
      const at = Math.min(Date.now() + minutes * 60000, latestLook(flow));
      delete flow.why;
      if (+minutes) flow.wait = { at, reason };
      else flow.over = reason;
      end(flow);
      say(flow, +minutes ? { kind: "wait", minutes, reason } : { kind: minutes, reason });
    });
  }
  return made;
}

let alarm;
function waiting(flow) {
  if (!flow?.wait || flow.missing || flow.over) return [];
  const { at, reason } = flow.wait;
  return [piece("wait", clockTime(flow, at), reason), Date.now() >= at && piece("look")];
}

function end(flow) {
  clearTimeout(alarm);
  if (flow.over) {
    screen(flow, pressed(piece("back"), list), piece("over", flow.over), pressed(piece("list"), list));
    return;
  }
  const left = flow.wait?.at - Date.now();
  if (left > 0) alarm = setTimeout(() => held.secret && byId("why") && end(flow), left);
  const facts = add("dl", "", "facts");
  for (const prompt of flow.worry.prompts.filter((one) => flow.said[one.id])) {
    const line = add("div", "");
    line.append(add("dt", prompt.ask), add("dd", flow.said[prompt.id]));
    facts.append(line);
  }
  screen(
    flow,
    piece("end"),
    clock(flow),
    waiting(flow),
    pressed(piece("call-now"), () => call(flow)),
    people("trusted", flow, flow),
    people("helpers", flow, flow),
    flow.missing ? piece("said-missing") : decide(flow),
    piece("so-far"),
    facts,
    pressed(piece("list"), list),
  );
}

const isOver = (flow, left) =>
  (!left && (flow.over || !nextOf(flow))) || Date.now() - flow.began > LEFT_LYING;
hold("going", isOver, list);
