"use strict";
// The figures of a page: chosen by mouse, key or address, told in the panel; which text of a document is shown.
const data = JSON.parse(document.getElementById("data").textContent);
const at = Object.fromEntries(data.columns.map((name, place) => [name, place]));
const figures = new Map(data.figures.map(row => [row[at.figure_id], row]));

/** An element with text or elements in it: text never becomes markup. */
function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

/** A list of terms; those with nothing to say are left out. */
function list(entries) {
  const shown = element("dl");
  for (const [term, said, from] of entries) {
    if (said === null || said === undefined || said === "" || (Array.isArray(said) && !said.length)) continue;
    const what = element("dd", {}, Array.isArray(said) ? said.join(", ") : String(said));
    if (from) what.append(element("small", {}, from));
    shown.append(element("dt", {}, term), what);
  }
  return shown;
}

/** Digits in threes, those before the point. */
const grouped = text => text.replace(/(?<![.\d])\d{4,}/g, digits => digits.replace(/\B(?=(\d{3})+$)/g, ","));

const FROM = { entity: "entity_from", period: "period_from", indicator: "indicator_from", basis: "basis_from" };
const TRAIL = new Set(["figure_id", "quote", "rule", "repaired", "flags", "raw_start", "raw_end", ...Object.values(FROM)]);

function told(figure) {
  const get = name => figure[at[name]];
  const said = name => data.words[get(FROM[name])];
  const parts = [
    element("h2", {}, get("quote")),
    element("p", { className: "soft" }, `characters ${get("raw_start")} to ${get("raw_end")} of the raw text`),
    element("h3", {}, "Row"),
    list(data.columns.filter(name => !TRAIL.has(name)).map(name => [name.replaceAll("_", " "), name === "value" ? grouped(get(name)) : get(name)])),
    element("h3", {}, "Where it comes from"),
    list([
      ["rule", get("rule"), data.places[get("rule")]],
      ["indicator", get("indicator"), [said("indicator"), `key ${get("indicator_key")}: ${data.places["key " + get("indicator_key")]}`].filter(Boolean).join("; ")],
      ["entity", get("entity") ?? "none", said("entity")],
      ["period", get("period_end") ?? "none", said("period")],
      ["basis", get("basis"), said("basis")],
      ...get("repaired").map(rule => ["repaired", rule, data.places[rule]]),
    ]),
  ];
  if (get("flags").length)
    parts.push(element("h3", {}, "Flags"), list(get("flags").map(flag => [flag, data.flags[flag] ?? "said by the extraction"])));
  const findings = data.findings[get("figure_id")] ?? [];
  if (findings.length) {
    const links = findings.map(([id, words]) => element("li", {}, element("a", { href: `#finding-${id}` }, words)));
    parts.push(element("h3", {}, "Findings"), element("ul", {}, ...links));
  }
  return parts;
}

const panel = document.getElementById("panel");
let chosen = null;

function choose(mark) {
  const figure = figures.get(mark.dataset.figure);
  if (!figure) return;
  leave();
  chosen = mark;
  for (const twin of document.querySelectorAll(`mark[data-figure="${CSS.escape(mark.dataset.figure)}"]`)) twin.classList.add("chosen");
  const close = element("button", { className: "close", type: "button", onclick: () => { const back = chosen; leave(); back?.focus(); } }, "✕");
  close.setAttribute("aria-label", "close");
  panel.replaceChildren(close, ...told(figure));
  panel.className = `k-${figure[at.kind]}`;
  panel.hidden = false;
  panel.scrollTop = 0;
  document.body.classList.add("open");
  mark.scrollIntoView({ block: "nearest" });
}

function leave() {
  for (const mark of document.querySelectorAll("mark.chosen")) mark.classList.remove("chosen");
  chosen = null;
  panel.hidden = true;
  document.body.classList.remove("open");
}

/** The next mark of the same text, forwards or backwards. */
function beside(mark, step) {
  const marks = [...mark.closest(".text").querySelectorAll("mark")];
  return marks[marks.indexOf(mark) + step];
}

document.addEventListener("click", event => {
  const mark = event.target.closest("mark");
  if (mark) choose(mark);
  const link = event.target.closest('a[href^="#f-"]');
  if (link && link.hash === location.hash) arrive();
});

document.addEventListener("keydown", event => {
  if (event.key === "Escape" && chosen) { const back = chosen; leave(); back.focus(); return; }
  const mark = event.target.closest?.("mark");
  if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(mark); }
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const next = step && beside(mark, step);
  if (next) { event.preventDefault(); next.focus(); if (chosen) choose(next); }
});

document.addEventListener("change", event => {
  const section = event.target.closest(".document");
  if (event.target.matches('.document input[type="radio"]')) show(section, event.target.value);
  if (event.target.matches(".document .others")) section.classList.toggle("shows-others", event.target.checked);
});

function show(section, which) {
  for (const text of section.querySelectorAll(".text")) text.hidden = !text.classList.contains(which);
  for (const box of section.querySelectorAll(".others")) box.disabled = which === "raw"; // they stand in the clean text
  for (const radio of section.querySelectorAll('input[type="radio"]')) radio.checked = radio.value === which;
}

/** Follows an address that names a figure: shows its text, brings it into view and tells it. */
function arrive() {
  let name = location.hash.slice(1);
  try { name = decodeURIComponent(name); } catch { /* an address that somebody cut */ }
  const within = name && document.getElementById(name)?.closest("details");
  if (within) { within.open = true; document.getElementById(name).scrollIntoView(); }
  const mark = name.startsWith("f-") && document.getElementById(name);
  if (!mark) return;
  show(mark.closest(".document"), "clean");
  mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "center" });
  choose(mark);
}
addEventListener("hashchange", arrive);

document.getElementById("theme").addEventListener("click", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.style.colorScheme || (dark ? "dark" : "light");
  document.documentElement.style.colorScheme = now === "dark" ? "light" : "dark";
});
