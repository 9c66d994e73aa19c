"use strict";
// The figures of a page: chosen by mouse, key or address, told in the panel; which text of a document is shown.
const data = JSON.parse(document.getElementById("data").textContent);
const at = Object.fromEntries(data.columns.map((name, place) => [name, place]));

/** Rows that were packed as columns, each a list, or the values that recur and which of them each row has. */
function unpacked(packed) {
  const columns = packed.map(column => (Array.isArray(column) ? column : column.at.map(place => column.of[place])));
  return (columns[0] ?? []).map((_, row) => columns.map(column => column[row]));
}
const figureRows = unpacked(data.figures);
const figures = new Map(figureRows.map(row => [row[at.figure_id], row]));
const idOf = mark => mark.dataset.figure ?? mark.id.slice(2);

/** Work that the first sight of a page need not wait for: done in pieces, between which the page answers. */
function whenIdle(jobs) {
  const wait = globalThis.requestIdleCallback ?? (work => setTimeout(() => work({ timeRemaining: () => 0 })));
  wait(left => {
    do jobs.shift()?.(); while (jobs.length && left.timeRemaining() > 2);
    if (jobs.length) whenIdle(jobs);
  }, { timeout: 300 });
}

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
    const what = element("dd", {}, Array.isArray(said) ? said.join(", ") : said instanceof Node ? said : String(said));
    if (from) what.append(element("small", {}, from));
    shown.append(element("dt", {}, term), what);
  }
  return shown;
}

/** Digits in threes, those before the point. */
const grouped = text => text.replace(/(?<![.\d])\d{4,}/g, digits => digits.replace(/\B(?=(\d{3})+$)/g, ","));

const FROM = { entity: "entity_from", period: "period_from", indicator: "indicator_from", basis: "basis_from" };
const TRAIL = new Set(["figure_id", "quote", "rule", "repaired", "flags", "raw_start", "raw_end", "source", "sentence", "doc_id", ...Object.values(FROM)]);

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

const REPAIR = "del, ins, .furniture, .doubt";
/** Spaces and line breaks as something to see. */
const seen = text => text.replaceAll("\n", "¶").replaceAll(" ", "␣").replaceAll("\u00a0", "⍽").replaceAll("\t", "⇥");

/** What was deleted and what was inserted, of one repair: they stand side by side. */
function halves(part) {
  const other = part.matches("ins") ? part.previousSibling : part.nextSibling;
  const twin = other?.nodeType === Node.ELEMENT_NODE && other.title === part.title && other.matches(part.matches("ins") ? "del" : "ins") ? other : null;
  return part.matches("ins") ? [twin, part] : [part, twin];
}

function toldRepair(part) {
  const rule = part.dataset.rule ?? part.title, [does, row] = data.repairs[rule] ?? [];
  const figure = part.closest("mark");
  const [before, after] = part.matches("del, ins") ? halves(part) : [part, null];
  const heads = [[".doubt", "Doubtful, left as it is"], [".furniture", "Furniture of the page, left out"], ["*", "Repair"]];
  return [
    element("h2", {}, heads.find(([which]) => part.matches(which))[1]),
    list([
      ["was", before && seen(before.textContent)],
      ["became", part.matches("del:not(.furniture), ins") ? (after ? seen(after.textContent) : "nothing") : null],
      ["rule", rule, row],
      ["which mends", does],
      ["part of", figure && element("a", { href: `#f-${idOf(figure)}` }, figures.get(idOf(figure))?.[at.quote] ?? "a figure")],
    ]),
  ];
}

const panel = document.getElementById("panel");
let chosen = null;

/** What the panel has on top: to the one before and the next, which of how many this is, and out. */
function steps(mark) {
  const marks = like(mark), place = marks.indexOf(mark);
  const button = (name, sign, act) => {
    const made = element("button", { type: "button", title: name, onclick: act, disabled: !act }, sign);
    made.setAttribute("aria-label", name);
    return made;
  };
  const go = step => marks[place + step] && (() => { choose(marks[place + step]); panel.querySelector(`[title="${step < 0 ? "before" : "next"}"]`).focus(); });
  const close = button("close", "✕", () => { const back = chosen; leave(); back?.focus(); });
  close.className = "close";
  const told = place < 0 ? [] : [button("before", "‹", go(-1)), element("span", { className: "soft" }, `${place + 1} of ${marks.length}`), button("next", "›", go(1))];
  return element("div", { className: "steps" }, ...told, close);
}

/** Tells a figure or a repair in the panel. */
function choose(mark) {
  const figure = figures.get(idOf(mark)), isRepair = mark.matches(REPAIR);
  if (!figure && !isRepair) return;
  leave();
  chosen = mark;
  const twins = isRepair ? halves(mark).filter(Boolean) : document.querySelectorAll(`#f-${CSS.escape(idOf(mark))}, mark[data-figure="${CSS.escape(idOf(mark))}"]`);
  for (const twin of twins) twin.classList.add("chosen");
  panel.setAttribute("aria-label", isRepair ? "The chosen repair" : "The chosen figure");
  panel.replaceChildren(steps(mark), ...(isRepair ? toldRepair(mark) : told(figure)));
  panel.className = isRepair ? "" : `k-${figure[at.kind]}`;
  panel.hidden = false;
  panel.scrollTop = 0;
  document.body.classList.add("open");
  mark.scrollIntoView({ block: "nearest" });
}

function leave() {
  for (const mark of document.querySelectorAll(".chosen")) mark.classList.remove("chosen");
  chosen = null;
  panel.hidden = true;
  document.body.classList.remove("open");
}

/** The figures of the same text, or its repairs. */
const like = mark => [...mark.closest(".text").querySelectorAll(mark.matches("mark") ? "mark" : "[tabindex]:not(mark)")];

document.addEventListener("click", event => {
  const mark = event.target.closest(`mark, ${REPAIR}`);
  if (mark) choose(mark);
  const link = event.target.closest('a[href^="#f-"]');
  if (link && link.hash === location.hash) arrive();
});

document.addEventListener("keydown", event => {
  if (event.key === "Escape" && chosen) { const back = chosen; leave(); back.focus(); return; }
  const mark = event.target.closest?.(`mark, ${REPAIR}`);
  if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(mark); }
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const marks = step ? like(mark) : [], next = marks[marks.indexOf(mark) + step];
  if (next) { event.preventDefault(); next.focus(); if (chosen) choose(next); }
});

document.addEventListener("change", event => {
  const section = event.target.closest(".document");
  if (event.target.matches('.document input[type="radio"]')) show(section, event.target.value);
  if (event.target.matches(".severities input")) sift(event.target.closest("section"));
  if (event.target.matches(".document .others")) section.classList.toggle("shows-others", event.target.checked);
});

/** Shows the findings of the severities that are ticked. */
function sift(section) {
  const boxes = [...section.querySelectorAll(".severities input")];
  const wanted = new Set(boxes.filter(box => box.checked).map(box => box.value));
  for (const card of section.querySelectorAll(".card")) card.hidden = ![...wanted].some(severity => card.classList.contains(severity));
  for (const table of tables) if (section.contains(table.root)) table.keep(wanted.size < boxes.length ? wanted : null);
}

/** Figures and repairs take the focus, one stop for what was deleted and inserted together. */
function reachable(text) {
  for (const part of text.querySelectorAll(`mark, ${REPAIR}`)) {
    if (part.role || (part.matches("ins") && halves(part)[0])) continue;
    part.tabIndex = 0;
    part.setAttribute("role", "button");
  }
}

function show(section, which) {
  const [text, raw] = [section.querySelector(`.text.${which}`), section.querySelector("script")];
  // the raw text waits as the characters of a script that is none, made by the same code as the page around it
  if (which === "raw" && raw) { text.innerHTML = raw.textContent; raw.remove(); }
  reachable(text);
  for (const text of section.querySelectorAll(".text")) text.hidden = !text.classList.contains(which);
  for (const box of section.querySelectorAll(".others")) box.disabled = which === "raw"; // they stand in the clean text
  for (const radio of section.querySelectorAll('input[type="radio"]')) radio.checked = radio.value === which;
}

/** Follows an address that names a figure: shows its text, brings it into view and tells it. */
function arrive() {
  let name = location.hash.slice(1);
  try { name = decodeURIComponent(name); } catch { /* an address that somebody cut */ }
  const card = document.getElementById(name)?.closest(".card");
  if (card?.hidden) for (const box of document.querySelectorAll(".severities input")) { box.checked = true; sift(box.closest("section")); }
  const within = card?.closest("details");
  if (within) within.open = true;
  card?.scrollIntoView();
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
