// Reads a question to whoever would rather hear it, in words that already stand on the page.
// Only with a voice that is on the phone itself: others send the words to the maker of the browser.
const button = document.querySelector("[data-aloud]");
const reader = window.speechSynthesis;

const language = (tag) => tag.toLowerCase().split(/[-_]/)[0];
const voiceFor = (part) => {
  const spoken = language(part.closest("[lang]").lang);
  return reader.getVoices().find((each) => each.localService && language(each.lang) === spoken);
};

if (button && reader) {
  const label = button.querySelector("span");
  const [read, stop] = [label.textContent, button.dataset.aloud];
  const parts = [...document.querySelectorAll("main h1, main .who, main [data-say]")];
  const offer = () => {
    button.hidden = !voiceFor(button);
  };
  const show = (speaks) => {
    label.textContent = speaks ? stop : read;
  };
  let last;

  button.addEventListener("click", () => {
    const spoke = last;
    last = undefined;
    reader.cancel();
    show(false);
    if (spoke) return;
    for (const part of parts) {
      const voice = voiceFor(part);
      if (!voice) continue;
      const said = new SpeechSynthesisUtterance(part.innerText.trim());
      [said.voice, said.lang, said.rate] = [voice, voice.lang, 0.9];
      said.onend = said.onerror = () => {
        if (said !== last) return;
        last = undefined;
        show(false);
      };
      last = said;
      reader.speak(said);
    }
    show(Boolean(last));
  });
  // Nothing is heard any more once somebody leaves, or looks at something else.
  addEventListener("pagehide", () => reader.cancel());
  reader.addEventListener?.("voiceschanged", offer);
  offer();
}
