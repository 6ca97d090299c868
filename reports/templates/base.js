const byId = (id) => document.getElementById(id);
const block = async (id) => {
  const letters = atob(byId(id).textContent);
  const bytes = new Uint8Array(letters.length); // `from` with a function takes 20 times as long
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
};
const [data, page] = await Promise.all([block("clips-data"), block("queue-data")]);
const ORDER = { reject: 0, review: 1, accept: 2 };
const NARROW = matchMedia("(max-width: 60rem)");
const { values, marks, found } = data;

// Elements are built from text alone: nothing of the data is ever read as markup.
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
};
const svg = (tag, attributes, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
const button = (text, onclick, attributes = {}) => make("button", { type: "button", onclick, ...attributes }, text);
const bdi = (text) => make("bdi", {}, text);
const pill = (verdict) => make("span", { class: `pill ${verdict}` }, verdict);
const unseen = (text) => make("span", { class: "unseen" }, text);
const thousands = (n) => n.toLocaleString("en");
const counted = (n, noun) => `${thousands(n)} ${noun}${n === 1 ? "" : "s"}`;
const shorten = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);
const number = (value) => (value === null ? "–" : Number(value.toPrecision(4)).toString());
const duration = (hours) => {
  const seconds = Math.floor(hours * 3600 + 1e-6);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return seconds % 60 ? `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s` : `${seconds / 60} min`;
  const minutes = Math.floor(seconds / 60) % 60;
  return `${Math.floor(seconds / 3600)} h${minutes ? ` ${String(minutes).padStart(2, "0")} min` : ""}`;
};
const say = (text) => (byId("said").textContent = text);

const written = (column, row) => {
  const value = values[column.key][row];
  if (value === null || value === "") return "–";
  if (value === true || value === false) return value ? "yes" : "no";
  return "digits" in column ? (column.percent ? 100 * value : value).toFixed(column.digits) : value;
};
// A value as text, the verdict that a rule on it gave the clip, and how it is shown.
const judged = (column, row) => {
  const text = written(column, row);
  const mark = marks[column.key]?.[row];
  return { text, mark, state: mark ?? (column.bounds && text !== "–" ? "pass" : "") };
};
const about = (column) =>
  [column.key, column.about, column.bounds && `Limits: ${column.bounds}`, column.source && `Source: ${column.source}`].filter(Boolean).join("\n");
const rowOfClip = (id) => values.clip_id.indexOf(id);
