// Waveform and spectrogram of a clip with axes, its defects and a cursor that follows the sound.
const WAVE_PX = 90;
const PICTURE_PX = 160;
const LEAD_S = 0.4;

const niceStep = (span, most) => {
  const raw = span / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= raw);
};
const ticks = (end, most) => {
  const step = niceStep(end, most);
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, n) => Number((n * step).toPrecision(6)));
};

const figure = (row, detail, player) => {
  if (!detail.wave && !detail.image) return null;
  const length = values.duration_s[row];
  if (!length) return null;
  const height = WAVE_PX + (detail.image ? PICTURE_PX : 0);
  const regions = detail.regions ?? [];
  const top = (values.sample_rate_hz?.[row] ?? 0) / 2;
  const at = (seconds) => `${((100 * Math.min(Math.max(seconds, 0), length)) / length).toFixed(3)}%`;
  const down = (hz) => WAVE_PX + PICTURE_PX * (1 - hz / top);
  const name = `Waveform${detail.image ? " and spectrogram" : ""}, ${length.toFixed(2)} s${regions.length ? `; marked: ${regions.map(([kind, start]) => `${kind} at ${start} s`).slice(0, 5).join(", ")}` : ""}`;

  const wave = svg("svg", { class: "wave", viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" });
  wave.append(svg("path", { d: detail.wave ?? "M0 50h1000" }));
  const over = svg("svg", { class: "over", width: "100%", height, role: "img", "aria-label": name });
  for (const [kind, start, end] of regions) {
    const rect = svg("rect", { class: "region", x: at(start), width: at(Math.max(end - start, length / 250)), y: 0, height });
    rect.append(svg("title", {}, `${kind}, ${start} to ${end} s`));
    over.append(rect);
  }
  if (detail.image && top)
    for (const [what, hz] of detail.lines ?? [])
      over.append(
        svg("line", { class: "hz", x1: 0, x2: "100%", y1: down(hz), y2: down(hz) }),
        svg("text", { class: "hz", x: "100%", dx: -4, y: Math.max(down(hz) - 3, WAVE_PX + 11), "text-anchor": "end" }, what),
      );
  const cursor = svg("line", { class: "cursor", x1: 0, x2: 0, y1: 0, y2: height });
  over.append(cursor);
  const follow = () => {
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, at(player.audio.currentTime));
    if (!player.audio.paused && over.isConnected) requestAnimationFrame(follow);
  };
  if (player) {
    for (const event of ["play", "seeked", "timeupdate", "pause"]) player.audio.addEventListener(event, follow);
    over.classList.add("seek");
    over.addEventListener("click", (event) => {
      const area = over.getBoundingClientRect();
      player.from((length * (event.clientX - area.left)) / area.width);
    });
  }

  const seconds = svg("svg", { class: "seconds", width: "100%", height: 18, "aria-hidden": "true" });
  for (const second of ticks(length, 8))
    seconds.append(
      svg("line", { class: "axis", x1: at(second), x2: at(second), y1: 0, y2: 4 }),
      svg("text", { x: at(second), y: 15, "text-anchor": second === 0 ? "start" : second > 0.96 * length ? "end" : "middle" }, second === 0 ? "0 s" : `${second}`),
    );
  const kilohertz = svg("svg", { class: "kilohertz", width: 44, height, "aria-hidden": "true" });
  if (detail.image && top)
    for (const khz of ticks(top / 1000, 4)) {
      const y = down(1000 * khz);
      kilohertz.append(
        svg("line", { class: "axis", x1: 40, x2: 44, y1: y, y2: y }),
        svg("text", { x: 37, y: Math.min(y + 4, height - 1), "text-anchor": "end" }, khz ? `${khz} kHz` : "0"),
      );
    }
  return make(
    "figure",
    { class: "pictures" },
    kilohertz,
    make("div", { class: "area" }, wave, detail.image ? make("img", { src: `data:image/webp;base64,${detail.image}`, alt: "", width: 640, height: PICTURE_PX }) : null, over),
    make("span"),
    seconds,
  );
};

// Plays one clip; a defect plays with a little before and after it, the next one at the next call.
const playerOf = (row, detail) => {
  if (!data.audio[row]) return null;
  const audio = make("audio", { preload: "none", src: data.audio[row] });
  const regions = detail.regions ?? [];
  let next = 0;
  let stop = Infinity;
  const start = () => audio.play().catch(() => {}); // closing the clip interrupts it; what cannot play shows in the state
  audio.addEventListener("timeupdate", () => {
    if (audio.currentTime < stop) return;
    stop = Infinity;
    audio.pause();
  });
  const player = {
    audio,
    regions,
    play: () => {
      stop = Infinity;
      if (audio.ended) audio.currentTime = 0;
      start();
    },
    toggle: () => (audio.paused ? player.play() : audio.pause()),
    from: (seconds) => {
      stop = Infinity;
      audio.currentTime = seconds;
      start();
    },
    region: (which) => {
      const [, from, to] = regions[which];
      next = (which + 1) % regions.length;
      audio.currentTime = Math.max(0, from - LEAD_S);
      stop = to + LEAD_S;
      start();
    },
    defect: () => regions.length && player.region(next),
  };
  return player;
};
