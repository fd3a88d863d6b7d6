// Small comforts. Every page works without them.
const leave = (address) => {
  // Nothing of this page is seen while the next one loads, nor in the list of open pages.
  document.documentElement.classList.add("leaving");
  document.title = "…";
  location.replace(address);
};

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-leave]");
  if (link) {
    event.preventDefault();
    leave(link.href);
  }
});

// Shift three times within five seconds, and no other key between.
let presses = [];
document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") presses = [];
  else if (!event.repeat) presses = [...presses, event.timeStamp].slice(-3);
  const link = document.querySelector("a[data-leave]");
  if (link && presses.length === 3 && presses[2] - presses[0] < 5000) leave(link.href);
});

// A page kept by the Back button is asked for again: whoever left is not let in.
addEventListener("pageshow", (event) => {
  document.documentElement.classList.remove("leaving");
  if (event.persisted) location.reload();
});

// Pressing twice sends once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && Date.now() - form.dataset.sent < 5000) event.preventDefault();
  else form.dataset.sent = Date.now();
});

for (const count of document.querySelectorAll("[data-maxlength]")) {
  const field = count.querySelector("textarea");
  const message = count.querySelector(".govuk-character-count__message");
  if (!field || !message) continue;
  const words = message.textContent.trim();
  const show = () => {
    const length = [...field.value.replaceAll("\r\n", "\n")].length;
    message.textContent = length ? `${words} (\u2066${length}\u00a0/\u00a0${count.dataset.maxlength}\u2069)` : words;
  };
  field.addEventListener("input", show);
  show();
}

// What is left of the point of an agenda that goes on now. The end times stand there anyway.
const points = [...document.querySelectorAll("[data-until]")];
const countDown = () => {
  const now = Date.now();
  for (const point of points) {
    const left = Math.ceil((new Date(point.dataset.until) - now) / 1000);
    const goesOn = left > 0 && now >= new Date(point.dataset.from);
    point.textContent = goesOn
      ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`
      : "";
  }
};
if (points.length) {
  countDown();
  setInterval(countDown, 1000);
}
