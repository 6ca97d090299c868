// Keys of the panel; they act while the focus is in it and no text is being typed.
const KEYS = {
  " ": () => player?.toggle(),
  j: () => step(1, true),
  ArrowRight: () => step(1, true),
  k: () => step(-1, true),
  ArrowLeft: () => step(-1, true),
  a: () => decide("accept"),
  r: () => decide("reject"),
  s: () => decide(""),
  e: () => byId("reason")?.focus(),
  u: undo,
  l: () => setLoop(!looping),
  d: () => player?.defect(),
  ",": () => player?.from(Math.max(0, player.audio.currentTime - 1)),
  ".": () => player?.from(player.audio.currentTime + 1),
  "?": () => toggleKeys(),
};
const TOLD = [
  ["Space", "play, pause"], ["J or →", "next, and play it"], ["K or ←", "the one before, and play it"],
  ["A, R, S", "accept, reject, skip"], ["E", "write a reason; Enter ends it"], ["U", "take the last decision back"],
  ["L", "loop"], ["D", "play the next defect"], [", and .", "a second back, a second on"], ["Esc", "close"],
];
const toggleKeys = () => {
  const shown = byId("keys");
  if (shown) return shown.remove();
  byId("panel-title").closest(".top, dialog").append(
    make("dl", { id: "keys", class: "keys-told" }, ...TOLD.flatMap(([key, what]) => [make("dt", {}, key), make("dd", {}, what)])),
  );
};
panel.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    byId("panel-title").focus(); // leaving the field keeps what was written
    return;
  }
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act || open === null) return;
  event.preventDefault();
  act();
});
// A button would be pressed when the key comes up again.
panel.addEventListener("keyup", (event) => event.key === " " && !event.target.matches("input") && event.preventDefault());
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.open) closePanel();
});
