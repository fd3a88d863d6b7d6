// A talk without a signal, drawn from what the phone keeps. Words are put in as words. What is
// written is kept at once and goes when there is a signal (assets/sw.mjs).
import { add, byId, draw, drawList, held, hold, piece, pressed, save, tell, ticks } from "./_flow.mjs";

// What was finished and sent this long ago is no longer kept here.
const LEFT_LYING = 7 * 24 * 60 * 60 * 1000;

function say(flow, said) {
  const { about } = flow.talk;
  return tell({ key: newKey(), at: Date.now(), began: flow.began, about, ...said });
}

const newKey = () => `talk-${crypto.randomUUID().replaceAll("-", "")}`;
const spoken = (flow) => flow.talk.questions.filter(({ id }) => flow.said[id]?.words);
const open = (flow) => flow.talk.questions.find(({ id }) => !flow.said[id]);

const screen = (flow, ...pieces) => draw(flow, pieces);
const list = () => drawList((found) => found.talk && cover(found));

function cover(found) {
  const start = piece(held.begun[found.talk.about] ? "talk-on" : "talk-start");
  return pressed(start, () => begin(found));
}

function begin(found) {
  const { about, said, law, shared } = found.talk;
  const flow = (held.begun[about] ??= { ...found, blocks: [], began: Date.now(), said, law, shared });
  if (flow.law) home(flow);
  else sayLaw(flow);
}

const second = ({ said, ...tongue }) => Object.assign(add("p", said[0], "lead"), tongue);

function law({ talk }) {
  const lines = (all) => {
    const made = add("ul", "");
    made.append(...all.map((words) => add("li", words)));
    return made;
  };
  const { said, ...tongue } = talk.law_second ?? {};
  return [lines(talk.law_words), said && Object.assign(lines(said), tongue)];
}

function sayLaw(flow) {
  const told = pressed(piece("told"), () => {
    if (!flow.law) say(flow, { kind: "law" });
    flow.law = true;
    const first = open(flow);
    if (first) ask(flow, first);
    else home(flow);
  });
  screen(flow, piece("law"), law(flow), told, back(list));
}

const worded = (name) => byId(`t-${name}`).content.textContent.trim();
const back = (act) => pressed(piece("back"), act);

function task(words, state, act) {
  const made = piece("task", words, state || byId("flow").dataset.open);
  return pressed(made, act);
}

function home(flow) {
  const { done, skipped } = byId("flow").dataset;
  const tasks = add("ul", "", "tasks");
  tasks.append(
    ...flow.talk.questions.map((one) => {
      const said = flow.said[one.id];
      return task(one.ask, said && (said.words ? done : skipped), () => ask(flow, one));
    }),
    task(worded("read"), flow.right && done, () => readBack(flow)),
    task(worded("agree"), agreed(flow) && done, () => agree(flow)),
  );
  screen(flow, back(list), add("h1", flow.title), tasks, pressed(piece("law-again"), () => sayLaw(flow)));
}

function words(flow, value, name) {
  const made = piece("said");
  const field = made.querySelector("textarea");
  field.value = flow.draft?.[name] ?? value;
  field.addEventListener("input", () => {
    flow.draft = { [name]: field.value };
    save();
  });
  return [made, field];
}

function ask(flow, one) {
  const all = flow.talk.questions;
  const at = all.indexOf(one);
  const before = flow.said[one.id];
  const [made, field] = words(flow, before?.words ?? "", one.id);
  const go = () => {
    flow.draft = {};
    if (at + 1 < all.length) ask(flow, all[at + 1]);
    else home(flow);
  };
  const keep = (text) => {
    if (text !== before?.words) {
      const key = newKey();
      flow.said[one.id] = { words: text, key, right: [] };
      flow.right = false;
      delete flow.shared[one.id];
      say(flow, { kind: "answer", question: one.id, words: text, key });
    }
    go();
  };
  screen(
    flow,
    back(() => (at > 0 ? ask(flow, all[at - 1]) : home(flow))),
    piece("number", at + 1, all.length),
    add("h1", one.ask),
    one.second && second(one.second),
    add("p", one.cue, "soft"),
    one.sensitive && law(flow),
    made,
    pressed(piece("save"), () => keep(field.value.trim())),
    pressed(piece("skip"), () => (before?.words ? go() : keep(""))),
    pressed(piece("all"), () => home(flow)),
  );
}

function line(flow, one) {
  const { words: said, right = [] } = flow.said[one.id];
  return [add("h2", one.ask), ...[said, ...right].map((each) => add("blockquote", each, "said"))];
}

function readBack(flow) {
  const right = pressed(piece("right"), () => {
    flow.right = true;
    say(flow, { kind: "read_back" });
    agree(flow);
  });
  const lines = spoken(flow).map((one) => [
    line(flow, one),
    pressed(piece("put-right"), () => correct(flow, one)),
  ]);
  screen(flow, back(() => home(flow)), piece("is-it-right"), ...lines, lines.length && right);
}

function correct(flow, one) {
  const [made, field] = words(flow, "", `right ${one.id}`);
  const keep = () => {
    const text = field.value.trim();
    flow.draft = {};
    if (text) {
      const key = newKey();
      const said = flow.said[one.id];
      (said.right ??= []).push(text);
      said.key = key;
      delete flow.shared[one.id];
      say(flow, { kind: "correct", question: one.id, words: text, key });
    }
    readBack(flow);
  };
  const asked = add("h1", worded("put-right"));
  screen(flow, back(() => readBack(flow)), asked, ...line(flow, one), made, pressed(piece("save"), keep));
}

const agreed = (flow) => spoken(flow).length && spoken(flow).every(({ id }) => flow.shared[id]);

// Line by line, those that were not asked about first; nothing is ticked beforehand.
function agree(flow) {
  const next = spoken(flow).find(({ id }) => !flow.shared[id]);
  if (next) return share(flow, next);
  const facts = add("dl", "", "facts");
  for (const one of spoken(flow)) {
    const names = flow.talk.audiences.filter(([value]) => flow.shared[one.id].includes(value));
    const made = add("div", "");
    const said = add("dd", names.map(([, each]) => each).join("; "));
    said.append(pressed(piece("change"), () => share(flow, one)));
    made.append(add("dt", one.ask), said);
    facts.append(made);
  }
  screen(flow, back(() => home(flow)), piece("finished"), facts, law(flow), pressed(piece("all"), () => home(flow)));
}

function share(flow, one) {
  const boxes = add("fieldset", "", "govuk-fieldset govuk-checkboxes");
  const fields = ticks(boxes, flow.talk.audiences).map(([field]) => field);
  boxes.prepend(add("legend", worded("who"), "govuk-visually-hidden"));
  const wrong = piece("pick");
  const keep = () => {
    const picked = fields.filter((field) => field.checked).map((field) => field.value);
    wrong.hidden = picked.length === 1 || (picked.length > 1 && !picked.includes("nobody"));
    if (!wrong.hidden) return;
    const { key = "", seen = 0 } = flow.said[one.id];
    flow.shared[one.id] = picked;
    say(flow, { kind: "share", question: one.id, audiences: picked, of: key, seen });
    agree(flow);
  };
  const asked = add("h1", worded("who"));
  screen(flow, back(() => home(flow)), asked, line(flow, one), wrong, boxes, pressed(piece("save"), keep));
}

hold("talking", (flow, left) => !left && Date.now() - flow.began > LEFT_LYING, list);
