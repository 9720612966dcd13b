// "Why?": the record of a request, in the order in which it came about. Unknown parts are shown as they are.

import { words } from "./words.js";

// Which parts of the record belong under which heading; a part is found at any depth above the lists.
const PARTS = [
  ["heard", ["heard", "text", "normalised"]],
  ["candidates", ["segments", "candidates"]],
  ["understood", ["frames", "intent", "gate", "rejected"]],
  ["grounded", ["target", "targets", "grounded", "plan"]],
  ["guard", ["verdicts", "guard"]],
  ["receipts", ["receipts"]],
  ["replies", ["replies", "reply"]],
];

export function showWhy(container, record, devices) {
  container.replaceChildren();
  if (!record) {
    container.append(line(words.no_record));
    return;
  }
  const left = { ...record };
  for (const [heading, names] of PARTS) {
    const found = {};
    for (const name of names) {
      const value = name in left ? left[name] : deepFind(left, name);
      if (value !== undefined && value !== null && value !== "") found[name] = value;
      delete left[name];
    }
    if (Object.keys(found).length) container.append(section(words[heading], found, devices));
  }
  if (Object.keys(left).length) container.append(section(words.other, left, devices));
}

function deepFind(object, name) {
  for (const inner of Object.values(object)) {
    if (inner === null || typeof inner !== "object" || Array.isArray(inner)) continue;
    if (name in inner) return inner[name];
    const found = deepFind(inner, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function section(title, found, devices) {
  const block = document.createElement("section");
  const heading = document.createElement("h4");
  heading.textContent = title;
  const values = Object.values(found);
  block.append(heading, values.length === 1 ? tree(values[0], devices) : tree(found, devices));
  return block;
}

function tree(value, devices) {
  if (value === null || typeof value !== "object") return leaf(value, devices);
  const isList = Array.isArray(value);
  const entries = Object.entries(value).filter(([, inner]) => !isEmpty(inner));
  if (entries.length === 0) return line(words.nothing);
  if (isList && entries.every(([, inner]) => typeof inner !== "object")) {
    return leaf(value.map((inner) => named(inner, devices)).join(", "), devices);
  }
  const list = document.createElement("ul");
  for (const [name, inner] of entries) {
    const item = document.createElement("li");
    if (!isList) {
      const key = document.createElement("span");
      key.className = "key";
      key.textContent = `${name.replaceAll("_", " ")}: `;
      item.append(key);
    }
    item.append(tree(inner, devices));
    if (/^(score|confidence|probability)$/.test(name) && typeof inner === "number") item.append(bar(inner));
    list.append(item);
  }
  return list;
}

function isEmpty(value) {
  if (value === null || value === "" || value === undefined) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function leaf(value, devices) {
  const text = typeof value === "number" ? String(Math.round(value * 1000) / 1000) : String(value);
  return line(named(text, devices));
}

function named(value, devices) {
  const device = devices.get(String(value));
  return device && device.name !== value ? `${device.name} (${value})` : String(value);
}

function line(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

function bar(share) {
  const meter = document.createElement("meter");
  meter.className = "bar";
  meter.min = 0;
  meter.max = 1;
  meter.value = share;
  meter.textContent = String(share);
  return meter;
}
