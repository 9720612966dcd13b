// The page: a client of /api/v1 like any other. Data from outside only ever becomes textContent.

import { fieldWord, isChinese, kindWord, valueWord, words } from "./words.js";
import { showWhy } from "./why.js";

const KEY = "aios-token";
const find = (id) => document.getElementById(id);
const home = { areas: new Map(), devices: new Map(), codes: new Map() };
let token = "";
let session = null;
let socket = null;
let retryDelay = 500;

// -- building elements ---------------------------------------------------------------------------------------------

function make(tag, { text, kind, ...rest } = {}, ...children) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (kind) element.className = kind;
  for (const [name, value] of Object.entries(rest)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function button(text, kind, onClick) {
  const element = make("button", { text, kind, type: "button" });
  element.addEventListener("click", onClick);
  return element;
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// -- the hub -------------------------------------------------------------------------------------------------------

async function call(method, path, body) {
  const options = { method, headers: { Authorization: `Bearer ${token}` }, cache: "no-store" };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(`/api/v1/${path}`, options);
  const document = response.status === 204 ? null : await response.json();
  if (response.ok) return document;
  if (response.status === 401 || (response.status === 429 && !socket)) askForToken(response.status);
  throw Object.assign(new Error(`${document.error} ${document.hint}`.trim()), { status: response.status });
}

// A request is repeated under its id when the connection fails: the hub acts once.
async function callSurely(method, path, body) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call(method, path, body);
    } catch (error) {
      if (error.status || attempt === 3) throw error;
      await new Promise((done) => setTimeout(done, 700 * 2 ** attempt));
    }
  }
}

function watch() {
  showLive("connecting");
  const address = new URL("/api/v1/events", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const own = new WebSocket(address);
  socket = own;
  own.addEventListener("open", () => own.send(JSON.stringify({ token })));
  own.addEventListener("message", (message) => {
    retryDelay = 500;
    take(JSON.parse(message.data));
  });
  own.addEventListener("close", (event) => {
    if (own !== socket) return;
    socket = null;
    if (event.code === 4401 || event.code === 4429) return askForToken(event.code - 4000);
    showLive("lost");
    setTimeout(() => token && !socket && watch(), retryDelay * (0.5 + Math.random()));
    retryDelay = Math.min(retryDelay * 2, 15000);
  });
}

function take({ kind, data }) {
  if (kind === "home") {
    home.areas = new Map(data.areas.map((area) => [area.id, area]));
    home.devices = new Map(data.devices.map((device) => [device.id, device]));
    showLive("live");
    showHome();
    showComing();
  } else if (kind === "device") {
    const known = home.devices.get(data.id);
    home.devices.set(data.id, data);
    const isSame = known && ["area", "name", "is_adopted"].every((name) => known[name] === data[name]);
    if (isSame) showTile(data);
    else showHome();
  } else if (kind === "device_removed") {
    home.devices.delete(data.id);
    showHome();
  } else if (kind === "areas") {
    home.areas = new Map(data.map((area) => [area.id, area]));
    showHome();
  }
}

function showLive(state) {
  find("live").dataset.state = state;
  find("live").textContent = words[state];
}

// -- the token -----------------------------------------------------------------------------------------------------

function askForToken(status) {
  token = "";
  localStorage.removeItem(KEY);
  find("login-error").textContent = status === 401 ? words.wrong_token : status === 429 ? words.too_many : "";
  for (const [id, isHidden] of [["login", false], ["home", true], ["talk", true]]) find(id).hidden = isHidden;
  find("live").textContent = "";
  if (socket) socket.close();
  socket = null;
  find("token").focus();
}

function enter(given) {
  if (socket) socket.close();
  socket = null;
  token = given;
  localStorage.setItem(KEY, token);
  for (const [id, isHidden] of [["login", true], ["home", false], ["talk", false]]) find(id).hidden = isHidden;
  watch();
}

// -- devices -------------------------------------------------------------------------------------------------------

const MAIN_FIELDS = [
  "on", "brightness", "lock", "cover_state", "position", "target_temperature", "current_temperature", "fan_speed",
  "vacuum_state", "state", "playback", "title", "volume", "motion", "contact_open", "smoke", "occupancy", "water_leak",
  "temperature", "humidity", "alarm", "power", "battery",
];
const ALARMS = ["smoke", "water_leak", "co", "gas"];

function stateLine(device) {
  if (!device.is_adopted) return words.not_adopted;
  if (!device.availability.is_online) return words.offline;
  const parts = [];
  const isOff = device.state.on && device.state.on.value === false;
  for (const field of MAIN_FIELDS) {
    const entry = device.state[field];
    if (!entry || entry.value === null || parts.length === 3) continue;
    if (field === "on") parts.push(entry.value ? words.on : words.off);
    else if (isOff && ["brightness", "fan_speed", "volume"].includes(field)) continue;
    else if (typeof entry.value === "number") parts.push(`${fieldWord(field)} ${valueWord(field, entry)}`);
    else parts.push(valueWord(field, entry));
  }
  return parts.join(" · ");
}

function showHome() {
  const open = new Set([...document.querySelectorAll(".tile[open]:not(.is-waiting)")].map((tile) => tile.dataset.device));
  const rooms = new Map();
  for (const device of home.devices.values()) {
    const room = home.areas.has(device.area) ? device.area : "";
    if (!rooms.has(room)) rooms.set(room, []);
    rooms.get(room).push(device);
  }
  const nameOf = (room) => (room ? home.areas.get(room).name : words.elsewhere);
  const order = [...rooms.keys()].sort((a, b) => Number(!a) - Number(!b) || nameOf(a).localeCompare(nameOf(b)));
  find("rooms").replaceChildren(
    ...order.map((room) => {
      const tiles = make("div", { kind: "tiles" });
      const devices = rooms.get(room).sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
      for (const device of devices) tiles.append(tileOf(device, open.has(device.id)));
      return make("section", { kind: "room", "aria-label": nameOf(room) }, make("h3", { text: nameOf(room) }), tiles);
    }),
  );
  find("empty").hidden = home.devices.size > 0;
  showCodes();
}

function showTile(device) {
  for (const old of document.querySelectorAll(".tile")) {
    if (old.dataset.device !== device.id) continue;
    const hadFocus = old.contains(document.activeElement);
    const tile = tileOf(device, old.open && !old.classList.contains("is-waiting"));
    old.replaceWith(tile);
    if (hadFocus) tile.querySelector("summary").focus();
  }
}

function tileOf(device, isOpen) {
  const summary = make(
    "summary",
    {},
    make("span", { kind: "kind", text: kindWord(device.kind) }),
    make("span", { kind: "name", text: device.name }),
    make("span", { kind: "state", text: stateLine(device) }),
  );
  const tile = make("details", { kind: "tile" }, summary, factsOf(device));
  tile.dataset.device = device.id;
  tile.open = isOpen || !device.is_adopted; // one that waits shows its digits, and closes when it is let in
  tile.classList.toggle("is-waiting", !device.is_adopted);
  const isOnline = device.availability.is_online && device.is_adopted;
  const isTrue = (field) => device.state[field]?.value === true;
  tile.classList.toggle("is-on", isOnline && (isTrue("on") || isTrue("motion") || isTrue("contact_open")));
  tile.classList.toggle("is-alarm", isOnline && ALARMS.some(isTrue));
  tile.classList.toggle("is-offline", !device.availability.is_online && device.is_adopted);
  tile.classList.toggle("is-new", !device.is_adopted);
  if (!device.is_adopted) {
    const code = make("p", { kind: "code" });
    code.hidden = true;
    tile.append(
      code,
      button(words.let_in, "mild small", async (event) => {
        event.target.disabled = true;
        await call("POST", `devices/${encodeURIComponent(device.id)}/adopt`, {}).catch((error) => say(error.message));
        event.target.disabled = false;
      }),
    );
  }
  return tile;
}

function factsOf(device) {
  const facts = make("dl", { kind: "facts" });
  for (const [field, entry] of Object.entries(device.state)) {
    const when = new Date(entry.ts).toLocaleTimeString();
    const evidence = ` ${when} · ${words.via} ${entry.source}${entry.is_assumed ? ` · ${words.assumed}` : ""}`;
    facts.append(
      make("dt", { text: fieldWord(field) }),
      make("dd", { text: valueWord(field, entry) }, make("small", { text: evidence })),
    );
  }
  facts.append(make("dt", { text: "id" }), make("dd", { text: device.id }));
  if (device.aliases.length) facts.append(make("dt", { text: "≈" }), make("dd", { text: device.aliases.join(" / ") }));
  return make("div", { kind: "more" }, facts);
}

// The six digits that a device which asks to be let in shows, so that the owner can compare them.
async function showCodes() {
  const isNew = [...home.devices.values()].some((device) => !device.is_adopted);
  const waiting = isNew ? await call("GET", "pairings").catch(() => []) : [];
  home.codes = new Map(waiting.map((one) => [one.id, one.code]));
  for (const element of document.querySelectorAll(".code")) {
    const code = home.codes.get(element.closest(".tile").dataset.device);
    element.hidden = !code;
    element.textContent = code ? `${words.code} ${code}` : "";
  }
}

async function showComing() {
  const rows = await call("GET", "schedule").catch(() => []);
  find("coming").hidden = rows.length === 0;
  find("coming-list").replaceChildren(
    ...rows.map((row) =>
      make(
        "li",
        {},
        make("span", { text: `${new Date(row.due).toLocaleString()} · ${row.text}` }),
        button(words.cancel, "mild small", async () => {
          await call("DELETE", `schedule/${encodeURIComponent(row.id)}`).catch((error) => say(error.message));
          showComing();
        }),
      ),
    ),
  );
  const next = Math.min(...rows.map((row) => new Date(row.due) - Date.now()));
  if (rows.length) setTimeout(showComing, Math.min(Math.max(next + 1500, 1500), 60000));
}

// -- talking -------------------------------------------------------------------------------------------------------

function say(text, kind = "reply is-refused") {
  const reply = make("div", { kind, text });
  find("log").append(make("div", { kind: "turn" }, reply));
  reply.scrollIntoView({ block: "nearest" });
  return reply;
}

async function ask(text) {
  find("welcome").hidden = true;
  const reply = make("div", { kind: "reply is-waiting", text: words.working });
  const turn = make("div", { kind: "turn" }, make("p", { kind: "said", text }), reply);
  find("log").append(turn);
  turn.scrollIntoView({ block: "nearest" });
  const id = newId();
  try {
    let answer = await callSurely("POST", "requests", { id, text, session });
    session = answer.session;
    showReply(reply, answer);
    if (!answer.final) {
      answer = await callSurely("GET", `requests/${id}/final`);
      showReply(reply, answer);
    }
    if (answer.outcome === "schedule" || !find("coming").hidden) showComing();
  } catch (error) {
    reply.className = "reply is-refused";
    reply.textContent = error.status ? error.message : words.hub_gone;
  }
  turn.scrollIntoView({ block: "nearest" });
}

function showReply(element, answer) {
  element.className = answer.outcome === "refuse" ? "reply is-refused" : "reply";
  element.dataset.outcome = answer.outcome;
  element.dataset.final = answer.final;
  const actions = make("div", { kind: "actions" });
  if (answer.outcome === "ask") {
    for (const word of [words.yes, words.no]) {
      actions.append(
        button(word, "mild small", () => {
          actions.querySelectorAll("button.mild:not(.why-button)").forEach((other) => { other.disabled = true; });
          ask(word);
        }),
      );
    }
  }
  const why = make("div", { kind: "why" });
  why.hidden = true;
  const toggle = button(words.why, "mild small why-button", async () => {
    why.hidden = !why.hidden;
    toggle.setAttribute("aria-expanded", String(!why.hidden));
    if (why.hidden) return;
    const record = await call("GET", `requests/${encodeURIComponent(answer.record || answer.request)}`).catch(() => null);
    showWhy(why, record, home.devices);
  });
  toggle.setAttribute("aria-expanded", "false");
  actions.append(toggle);
  element.replaceChildren(make("p", { text: answer.text }), receiptsOf(answer.receipts), actions, why);
}

function receiptsOf(receipts) {
  const list = make("ul", { kind: "receipts" });
  for (const receipt of receipts) {
    const state = receipt.open ? "open" : receipt.status;
    const device = home.devices.get(receipt.device);
    const params = Object.entries(receipt.params).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
    const what = [receipt.command.replaceAll("_", " "), ...params].join(", ");
    const item = make(
      "li",
      {},
      make("span", { kind: `status ${state}`, text: receipt.open ? words.open_receipt : words[receipt.status] }),
      make("span", { text: `${device ? device.name : receipt.device}: ${what}` }),
    );
    if (receipt.reason) item.append(make("span", { kind: "hint", text: receipt.reason.replaceAll("_", " ") }));
    list.append(item);
  }
  list.hidden = receipts.length === 0;
  return list;
}

// -- start ---------------------------------------------------------------------------------------------------------

document.documentElement.lang = isChinese ? "zh" : "en";
for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
find("text").placeholder = words.ask_hint;

find("login-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = find("token").value.trim();
  find("token").value = "";
  if (given) enter(given);
});

find("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("text").value.trim();
  find("text").value = "";
  if (text) ask(text);
});

function enterByLink() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!given) return false;
  history.replaceState(null, "", location.pathname);
  enter(given);
  return true;
}

addEventListener("hashchange", enterByLink);
const kept = localStorage.getItem(KEY);
if (!enterByLink()) {
  if (kept) enter(kept);
  else askForToken(0);
}
