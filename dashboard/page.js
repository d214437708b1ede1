// The dashboard's page: reads the events of /events and shows them. Every text comes from clients and origins: it is put into the page as text,
// never as markup.

const mostRequests = 200;
const mostPoints = 60;
const byId = (id) => document.getElementById(id);

/** An element with attributes and children; texts are texts. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== "") made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// ---- figures ----

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** What is shown of the counters: a rate since the last state, or a value. */
const figures = [
  { name: "Requests / s", rate: ["client_req"] },
  { name: "Hit ratio", ratio: [["cache_hit"], ["cache_hit", "cache_miss"]] },
  { name: "Hits / s", rate: ["cache_hit"] },
  { name: "Misses / s", rate: ["cache_miss"] },
  { name: "Passes / s", rate: ["s_pass"] },
  { name: "Fetches / s", rate: ["backend_req"] },
  { name: "Failed / s", rate: ["fetch_failed", "vcl_fail"] },
  { name: "Bytes out / s", rate: ["s_resp_bodybytes"] },
  { name: "Objects", value: "n_object" },
  { name: "Sessions", value: "MEMPOOL.sess0.live" },
].map((figure) => {
  const number = element("b", {}, "–");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const chart = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  chart.setAttribute("viewBox", `0 0 ${mostPoints - 1} 20`);
  chart.setAttribute("preserveAspectRatio", "none");
  chart.setAttribute("aria-hidden", "true");
  chart.append(line);
  byId("figures").append(element("li", {}, element("span", {}, figure.name), number, chart));
  return { ...figure, number, line, points: [] };
});

let before;

function showFigures(state) {
  const { counters, time } = state;
  const sum = (of, names) => names.reduce((all, name) => all + of[name], 0);
  const grown = (names) => Math.max(0, sum(counters, names) - sum(before?.counters ?? counters, names));
  const seconds = before ? time - before.time : 0;
  for (const figure of figures) {
    let value;
    if (figure.value !== undefined) value = counters[figure.value];
    else if (seconds > 0 && figure.rate) value = grown(figure.rate) / seconds;
    else if (seconds > 0)
      value = grown(figure.ratio[1]) > 0 ? grown(figure.ratio[0]) / grown(figure.ratio[1]) : undefined;
    figure.number.textContent =
      value === undefined ? "–" : figure.ratio ? percent.format(value) : compact.format(value);
    if (seconds > 0 || figure.value !== undefined) draw(figure, value ?? 0);
  }
  before = { counters, time };
}

function draw(figure, value) {
  figure.points.push(value);
  if (figure.points.length > mostPoints) figure.points.shift();
  const highest = figure.ratio ? 1 : Math.max(...figure.points, 1e-9);
  const first = mostPoints - figure.points.length;
  const steps = figure.points.map((point, at) => `${first + at},${19 - (18 * point) / highest}`);
  figure.line.setAttribute("d", `M${steps.join("L")}`);
}

// ---- tables ----

function duration(seconds) {
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  return seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}

/** Renews the rows of a table; a cell is a text, or a text with a class. */
function rows(id, all, more = 0) {
  const columns = byId(id).parentElement.querySelectorAll("th");
  const lines = all.map((cells) =>
    element(
      "tr",
      {},
      ...cells.map((cell, at) => {
        const [text, kind = ""] = Array.isArray(cell) ? cell : [cell];
        const number = columns[at].classList.contains("number") ? "number" : "";
        return element("td", { class: `${number} ${kind}`.trim() }, String(text));
      }),
    ),
  );
  const note = more > 0 ? `and ${more} more` : all.length === 0 ? "none" : "";
  if (note !== "") {
    lines.push(element("tr", {}, element("td", { colspan: String(columns.length), class: "quiet" }, note)));
  }
  byId(id).replaceChildren(...lines);
}

function showTables({ latencies, backends, vcls, globals }) {
  rows(
    "latencies",
    Object.entries(latencies)
      .sort()
      .map(([kind, { count, p50, p90, p99 }]) => [
        [kind, kind],
        count,
        duration(p50),
        duration(p90),
        duration(p99),
      ]),
  );
  rows(
    "backends",
    backends.rows.map(({ name, health, admin, polls, connections, requests, failures, users }) => [
      users.length > 1 ? `${name} — ${users.join(", ")}` : name,
      [admin === "auto" ? health : `${health}, set`, health],
      [
        polls
          .slice(-16)
          .map((good) => (good ? "▮" : "▯"))
          .join(""),
        "polls",
      ],
      connections,
      requests,
      failures,
    ]),
    backends.more,
  );
  rows(
    "vcls",
    vcls.rows.map(({ name, status, state, temperature, busy, label }) => [
      label === "" ? name : `${name} → ${label}`,
      [status, status],
      state,
      temperature,
      busy,
    ]),
    vcls.more,
  );
  rows(
    "globals",
    globals.rows.map(({ name, kind, health, references, members }) => [
      name,
      kind,
      [health, health],
      references,
      members.join(", "),
    ]),
    globals.more,
  );
}

// ---- requests ----

const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("en-GB");

function requestItem(paths) {
  const [first] = paths;
  const failed = Number(first.status) >= 500 ? "failed" : "";
  const summary = element(
    "summary",
    {},
    element("span", { class: "quiet" }, clock(first.start)),
    element("span", { class: first.handling }, first.handling),
    element("span", { class: failed }, first.status),
    element("span", {}, first.method),
    element("span", { class: "url", title: `${first.host}${first.url}` }, `${first.host}${first.url}`),
    element("span", { class: "number" }, duration(first.duration)),
  );
  const details = element("details", {}, summary);
  // Most are never opened.
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1)
      details.append(element("div", { class: "path" }, ...paths.flatMap(wayOf)));
  });
  return element("li", {}, details);
}

/** A transaction: a line about it, and the subs that it went through. */
function wayOf({ xid, level, reason, handling, method, host, url, status, backend, duration: took, steps }) {
  const from = backend === "" ? "" : ` from ${backend}`;
  const what = `${"› ".repeat(level - 1)}${xid} ${reason}: ${method} ${host}${url} → ${status} (${handling}${from}, ${duration(took)})`;
  const list = element(
    "ol",
    {},
    ...steps.map(({ call, vcl, returns, notes }) =>
      element(
        "li",
        {},
        element("code", {}, call),
        element("span", { class: "quiet" }, ` ${vcl} `),
        returns === "" ? "…" : `→ ${returns}`,
        ...(notes.length === 0 ? [] : [element("ul", {}, ...notes.map((note) => element("li", {}, note)))]),
      ),
    ),
  );
  return [element("p", {}, what), list];
}

let paused = false;

function showRequest({ paths }) {
  if (paused || paths.length === 0) return;
  const list = byId("requests");
  // Who reads a request further down does not lose its place.
  const { scrollTop, scrollHeight } = list;
  list.prepend(requestItem(paths));
  while (list.children.length > mostRequests) {
    const last = list.lastElementChild;
    if (last.contains(document.activeElement)) break;
    last.remove();
  }
  if (scrollTop > 0) list.scrollTop = scrollTop + list.scrollHeight - scrollHeight;
  byId("empty").hidden = true;
}

function showFlying(flying) {
  const open = byId("flying");
  if (open.contains(document.activeElement)) return;
  byId("flying-title").hidden = flying.length === 0;
  open.replaceChildren(...flying.map((path) => requestItem([path])));
}

// ---- events ----

let source;

function watch() {
  source?.close();
  const filter = byId("filter").value;
  source = new EventSource(`/events?filter=${encodeURIComponent(filter)}`);
  const on = (name, show) => source.addEventListener(name, ({ data }) => show(JSON.parse(data)));
  source.addEventListener("open", () => say("live"));
  source.addEventListener("error", () => say("no connection, trying again …", "wrong"));
  on("state", (state) => {
    byId("identity").textContent = state.identity;
    byId("uptime").textContent = `up ${uptime(state.uptime)}`;
    document.title = `vclc ${state.identity}`;
    showFigures(state);
    showTables(state);
    showFlying(state.flying);
  });
  on("request", showRequest);
  on("filter", showFilter);
  on("missed", showMissed);
}

function say(text, kind = "") {
  byId("status").textContent = text;
  byId("status").className = kind;
}

function uptime(seconds) {
  const [days, hours, minutes] = [86400, 3600, 60].map((unit) => Math.floor(seconds / unit));
  if (days > 0) return `${days} d ${hours % 24} h`;
  return hours > 0
    ? `${hours} h ${minutes % 60} min`
    : minutes > 0
      ? `${minutes} min`
      : `${Math.floor(seconds)} s`;
}

const filterTexts = {
  all: "",
  words: "Requests with all of these words.",
  query: "Requests that this query is true for.",
};

function showFilter({ kind, message }) {
  byId("filter-note").textContent = kind === "wrong" ? `The query is wrong, ${message}` : filterTexts[kind];
  byId("filter-note").classList.toggle("wrong", kind === "wrong");
  byId("filter").setAttribute("aria-invalid", String(kind === "wrong"));
}

const missed = { slow: 0, many: 0 };

function showMissed({ slow, many }) {
  missed.slow += slow;
  missed.many += many;
  const parts = [
    ...(missed.many > 0
      ? [`${compact.format(missed.many)} more requests were not shown: filter for what matters`]
      : []),
    ...(missed.slow > 0
      ? [`${compact.format(missed.slow)} events were lost, as this page was too slow`]
      : []),
  ];
  byId("missed").textContent = parts.join("; ");
}

// ---- what one can do ----

byId("filter-form").addEventListener("submit", (event) => {
  event.preventDefault();
  clear();
  watch();
});
byId("filter").addEventListener("search", () => byId("filter-form").requestSubmit());
byId("pause").addEventListener("click", pause);
byId("clear").addEventListener("click", clear);

function pause() {
  paused = !paused;
  byId("pause").setAttribute("aria-pressed", String(paused));
  byId("pause").textContent = paused ? "Go on" : "Pause";
}

function clear() {
  byId("requests").replaceChildren();
  byId("empty").hidden = false;
  missed.slow = missed.many = 0;
  byId("missed").textContent = "";
}

/** The focus goes to the next request, or to the one before. */
function move(by) {
  const all = [
    ...document.querySelectorAll("#flying > li > details > summary, #requests > li > details > summary"),
  ];
  const at = all.indexOf(document.activeElement);
  all[at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
}

const keys = {
  "/": () => byId("filter").focus(),
  p: pause,
  c: clear,
  j: () => move(1),
  k: () => move(-1),
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target === byId("filter")) {
    if (key === "Escape") target.blur();
    return;
  }
  const act = keys[key];
  if (!act) return;
  event.preventDefault();
  act();
});

// Nobody looks at a page that is hidden: it costs the proxy nothing.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    source?.close();
    before = undefined;
  } else watch();
});

watch();
