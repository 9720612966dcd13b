// "Why?": the record of a request, in the order in which it came about. What is not known here is shown as it is.

import { words } from "./words.js";

const HIDDEN = ["id", "session", "trace", "replies", "outcome", "skills", "effects", "received", "at"];

let deviceNames = new Map();

export function showWhy(container, record, devices) {
  deviceNames = new Map([...devices.values()].map((device) => [device.id, device.name]));
  container.replaceChildren();
  if (!record) {
    container.append(span(words.no_record));
    return;
  }
  const { text, language, evidence, frames, gate, rejected, verdicts, receipts, scheduled, reads, ...rest } = record;
  const { heard, normalised, segments, notes, ...measured } = evidence || {};
  const targets = (frames || []).map((frame) => frame.target).filter(Boolean);
  add(container, words.heard, { text: text || heard, normalised: normalised === text ? "" : normalised, language });
  add(container, words.candidates, { segments, notes });
  add(container, words.understood, { frames: (frames || []).map(frameLine), gate, rejected });
  add(container, words.grounded, targets.map(groundedOf));
  add(container, words.guard, (verdicts || []).map(verdictLine));
  add(container, words.receipts, (receipts || []).map(receiptLine));
  for (const name of HIDDEN) delete rest[name];
  add(container, words.other, { ...rest, scheduled, reads, ...measured });
}

function add(container, title, value) {
  if (isEmpty(value)) return;
  const block = document.createElement("section");
  const heading = document.createElement("h4");
  heading.textContent = title;
  block.append(heading, tree(value));
  container.append(block);
}

// -- what is known, as one line ------------------------------------------------------------------------------------

const parts = (...all) => all.filter((part) => part !== "" && part !== null && part !== undefined).join(" · ");

function frameLine(frame) {
  const slots = (frame.slots || []).map((slot) => `${slot.name}: ${slot.number ?? (slot.canonical || slot.text)}${slot.unit || ""}`);
  const sure = typeof frame.confidence === "number" ? `${Math.round(frame.confidence * 100)}%` : "";
  return parts(frame.intent, sure, frame.text && `“${frame.text}”`, ...slots, frame.when && frame.when.text);
}

function groundedOf({ scope, devices, areas, excluded, problem }) {
  const names = (ids) => (ids || []).map(named).join(", ");
  return { [scope || "-"]: names(devices), areas: names(areas), excluded: names(excluded), problem };
}

function effectText({ device, command, params }) {
  const values = Object.entries(params || {}).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
  return `${named(device ?? "")}: ${[(command || "").replaceAll("_", " "), ...values].join(", ")}`;
}

function verdictLine(verdict) {
  return parts(effectText(verdict.effect || {}), verdict.kind, verdict.reason, verdict.detail);
}

function receiptLine(receipt) {
  const took = typeof receipt.latency_ms === "number" ? `${Math.round(receipt.latency_ms)} ms` : "";
  const state = Object.entries(receipt.state || {}).map(([field, value]) => `${field} = ${value}`);
  return parts(effectText(receipt), receipt.status, took, receipt.reason, ...state);
}

// -- anything, as a tree -------------------------------------------------------------------------------------------

function tree(value) {
  if (value === null || typeof value !== "object") return leaf(value);
  const isList = Array.isArray(value);
  const entries = Object.entries(value).filter(([, inner]) => !isEmpty(inner));
  if (isList && entries.every(([, inner]) => typeof inner === "number")) return leaf(value.join(", "));
  const list = document.createElement("ul");
  for (const [name, inner] of entries) {
    const item = document.createElement("li");
    if (!isList) item.append(span(`${name.replaceAll("_", " ")}: `, "key"));
    item.append(tree(inner));
    if (/^(score|confidence|probability)$/.test(name) && typeof inner === "number") item.append(bar(inner));
    list.append(item);
  }
  return list;
}

function isEmpty(value) {
  if (value === null || value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && Object.values(value).every(isEmpty);
}

function leaf(value) {
  return span(named(typeof value === "number" ? Math.round(value * 1000) / 1000 : value));
}

function named(value) {
  const name = deviceNames.get(value);
  return name && name !== value ? name : String(value);
}

function span(text, kind = "") {
  const element = document.createElement("span");
  element.textContent = text;
  element.className = kind;
  return element;
}

function bar(share) {
  const meter = document.createElement("meter");
  meter.className = "bar";
  meter.value = Math.min(Math.max(share, 0), 1);
  meter.textContent = String(share);
  return meter;
}
