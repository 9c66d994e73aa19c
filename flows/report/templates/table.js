// Tables that sort, filter and download. Their rows are in the page, or in files beside it that are loaded when needed.
const SHOWN = 100;
/** So many files of rows are read at once when all are needed. */
const AT_ONCE = 16;
/** Paper has no button for more rows: all that are read are printed, up to this number, which is a book. */
const PRINTED = 5000;
/** Texts of more characters than this are cut where they are shown; they are whole in the download. */
const LONG = 32;
const waiting = new Map();

/** What the files beside the page call: one of them holds some rows of a table. */
globalThis.numerate = { take: (name, rows) => { waiting.get(name)(rows); waiting.delete(name); } };

function load(address, name) {
  return new Promise((resolve, reject) => {
    waiting.set(name, resolve);
    const script = element("script", { src: address, onerror: () => reject(new Error(`cannot read ${address}`)) });
    script.onload = () => script.remove();
    document.body.append(script);
  });
}

class Table {
  constructor(root, { columns, shown, rows, pieces, link, places }) {
    this.root = root;
    this.columns = columns;
    this.shown = shown;
    const own = rows || pieces; // otherwise the rows are the figures of the page
    this.cells = columns.map((name, place) => (own ? place : at[name]));
    this.places = shown.map(name => this.cells[columns.indexOf(name)]);
    this.link = link?.map(part => (typeof part === "number" ? this.cells[part] : { text: part }));
    this.linkPlaces = places?.map(part => (typeof part === "number" ? part : { text: part }));
    this.rows = rows ?? (pieces ? [] : figureRows);
    this.pieces = pieces ?? [];
    root.setAttribute("aria-busy", "true");
    this.total = this.pieces.reduce((sum, piece) => sum + piece.rows, this.rows.length);
    this.loaded = 0;
    this.order = null;
    this.most = SHOWN;
    this.count = root.querySelector(".count");
    this.cut = root.querySelector(".cut");
    this.body = root.querySelector("tbody");
    this.search = root.querySelector(".search");
    this.filters = [...root.querySelectorAll(".filters input")];
    this.heads = [...root.querySelectorAll("thead th")];
    let timer;
    const later = () => { clearTimeout(timer); timer = setTimeout(() => this.update(), this.total > 5000 ? 200 : 0); };
    for (const input of [this.search, ...this.filters]) input.addEventListener("input", () => { this.most = SHOWN; later(); });
    this.heads.forEach((head, place) => head.querySelector("button").addEventListener("click", () => this.sort(place)));
    root.querySelector(".more").addEventListener("click", () => { this.most += SHOWN * 5; this.update(); });
    addEventListener("beforeprint", () => this.draw(this.found ?? this.fitting(), Math.max(this.most, PRINTED)));
    addEventListener("afterprint", () => { if (this.found) this.draw(this.found); });
    root.querySelector(".download").addEventListener("click", () => this.download());
  }

  get asks() { return this.order || this.only || this.search.value || this.filters.some(input => input.value); }

  /** Keeps to the rows with one of some values in the first column; null for all. */
  keep(values) {
    this.only = values;
    this.most = SHOWN;
    return this.update();
  }

  sort(place) {
    const down = this.order && this.order.place === place && this.order.way === 1;
    this.order = { place, way: down ? -1 : 1 };
    this.heads.forEach((head, number) => head.setAttribute("aria-sort", number !== place ? "none" : down ? "descending" : "ascending"));
    this.update();
  }

  /** The rows that there have to be: all of them once they are searched or sorted, otherwise as many as are shown. */
  async fill(all) {
    while (this.loaded < this.pieces.length && (all || this.rows.length < this.most)) {
      const next = this.pieces.slice(this.loaded, this.loaded + (all ? AT_ONCE : 1));
      this.count.textContent = `reading ${this.loaded + 1} of ${this.pieces.length} …`;
      for (const rows of await Promise.all(next.map(piece => load(piece.address, piece.name)))) for (const row of unpacked(rows)) this.rows.push(row);
      this.loaded += next.length;
    }
  }

  async update() {
    const call = (this.call = (this.call ?? 0) + 1);
    this.filling = (this.filling ?? Promise.resolve()).then(() => this.fill(this.asks));
    try { await this.filling; } catch (error) { this.count.textContent = error.message; this.filling = undefined; return; }
    if (call === this.call) this.draw(this.fitting());
  }

  fitting() {
    const text = this.search.value.toLowerCase();
    const tests = this.filters.map((input, number) => [this.places[number], wanted(input.value)]).filter(([, test]) => test);
    const found = this.rows.filter(row =>
      (!this.only || this.only.has(row[this.places[0]])) &&
      tests.every(([place, test]) => test(row[place])) && (!text || this.places.some(place => shown(row[place]).toLowerCase().includes(text))));
    if (!this.order) return found;
    const place = this.places[this.order.place], way = this.order.way;
    return found.sort((one, other) => compared(one[place], other[place], way));
  }

  draw(found, most = this.most) {
    this.found = found;
    const page = document.createDocumentFragment();
    for (const row of found.slice(0, most)) {
      const cells = this.places.map((place, number) => {
        const text = shown(row[place]), isNumber = this.heads[number].classList.contains("number");
        const cell = element("td", { className: `c-${this.shown[number]}${isNumber ? " number" : ""}` }, ...this.inside(row[place], !number && row, isNumber ? grouped(text) : text));
        if (text.length > LONG) cell.title = text;
        return cell;
      });
      page.append(element("tr", {}, ...cells));
    }
    if (!found.length) page.append(element("tr", {}, element("td", { className: "soft", colSpan: this.places.length }, this.total ? "nothing fits these filters" : `there are no ${this.root.dataset.table}`)));
    this.body.replaceChildren(page);
    this.root.setAttribute("aria-busy", "false");
    this.root.querySelector(".more").hidden = found.length <= this.most && (this.asks || this.loaded === this.pieces.length);
    const of = this.asks ? `${grouped(String(found.length))} of ` : "";
    const all = this.asks ? found.length : this.total;
    this.cut.textContent = all > most || (!this.asks && found.length < all) ? `the first ${grouped(String(Math.min(most, found.length)))} of ${grouped(String(all))} rows; CSV gives all` : "";
    this.count.textContent = `${of}${grouped(String(this.total))} ${this.total === 1 ? this.root.dataset.table.replace(/s$/, "") : this.root.dataset.table}`;
  }

  /** What stands in a cell: its text, as a link where it leads somewhere, or a link for each of its places. */
  inside(value, first, text) {
    const anchor = (link, row, text) => {
      const href = link.map(part => (typeof part === "number" ? encodeURIComponent(row[part]) : part.text)).join("");
      return element("a", { href }, text);
    };
    if (first && this.link) return [anchor(this.link, first, text)];
    if (!this.linkPlaces || !isPlaces(value)) return [text];
    return value.flatMap((place, number) => [number ? "; " : "", anchor(this.linkPlaces, place, place[0])]);
  }

  async download() {
    this.filling = (this.filling ?? Promise.resolve()).then(() => this.fill(true));
    await this.filling;
    const lines = [this.columns, ...this.fitting().map(row => this.cells.map(place => row[place]))].map(row => row.map(cell => `"${safe(shown(cell)).replaceAll('"', '""')}"`).join(","));
    const address = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
    element("a", { href: address, download: `${this.root.dataset.table}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    this.update();
  }
}

/** Where a finding has its figures: of each its quote, its id and its document. */
const isPlaces = value => Array.isArray(value) && Array.isArray(value[0]);
const shown = value => (value === null || value === undefined ? "" : isPlaces(value) ? value.map(place => place[0]).join("; ") : Array.isArray(value) ? value.join("; ") : String(value));
/** The number a cell begins with; a range counts by its lower end. */
const number = value => (/^-?\d/.test(shown(value)) ? parseFloat(shown(value)) : NaN);
/** A spreadsheet must not take a text for a formula; numbers stay what they are. */
const safe = text => (/^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+(e[+-]?\d+)?$/i.test(text) ? "'" + text : text);

/** What a filter asks for: a comparison with a number, or a part of the text. */
function wanted(asked) {
  const found = /^\s*(<=|>=|<|>|=)\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*$/i.exec(asked);
  if (found) {
    const limit = Number(found[2]);
    return { "<": v => number(v) < limit, ">": v => number(v) > limit, "<=": v => number(v) <= limit, ">=": v => number(v) >= limit, "=": v => number(v) === limit }[found[1]];
  }
  const text = asked.trim().toLowerCase();
  return text && (value => shown(value).toLowerCase().includes(text));
}

let collator; // made when first used: it loads the rules of a language
/** Numbers by size, texts by the alphabet, nothing behind everything, whichever way is asked for. */
function compared(one, other, way) {
  const [a, b] = [shown(one), shown(other)];
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  const [m, n] = [number(one), number(other)];
  collator ??= new Intl.Collator("en", { numeric: true });
  return way * (isNaN(m) || isNaN(n) ? collator.compare(a, b) : m - n);
}

const tables = [...document.querySelectorAll(".table")].map(root => new Table(root, data.tables[root.dataset.table]));
const texts = [...document.querySelectorAll(".text.clean")].map(text => () => reachable(text));
// what stands above the place that an address names must have its height before that is brought into view
if (location.hash.length > 1) for (const table of tables.splice(0)) table.update();
arrive();
whenIdle([...tables.map(table => () => table.update()), ...texts]);
