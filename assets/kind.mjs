// While somebody writes to a young person: what in the words may hurt, and another way to say it.
// The same lists answer when the form is sent, so nothing depends on this. Loaded on that page only.
const form = document.querySelector("form[data-check]");
const place = document.getElementById("kind-words");
const pattern = document.getElementById("kind-one");
let waiting;
let asked = 0;

async function look() {
  const mine = ++asked;
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  body.set("words", form.elements.words.value);
  const answer = await fetch(form.dataset.check, { method: "POST", body });
  if (!answer.ok || mine !== asked) return;
  place.replaceChildren(
    ...(await answer.json()).map((one) => {
      const card = pattern.content.cloneNode(true);
      for (const [name, words] of Object.entries(one)) card.querySelector(`[data-${name}]`).textContent = words;
      return card;
    }),
  );
}

form?.elements.words?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => look().catch(() => {}), 400);
});
