// Folders dropped or chosen: sent in forms of a few pictures each, with the folder's name in front of every file's.
import { watchDropped } from "./drop.js";
import { _ } from "./texts.js";

const form = document.querySelector("[data-folders]");
const train = document.querySelector("[data-train]");
const fault = form.querySelector(".fault");
const told = form.querySelector("[data-arrived]");
const button = form.querySelector("button");
const most = { files: Number(form.dataset.files), bytes: Number(form.dataset.bytes) };
const PAUSE = 7000;
const TRIES = 20;

const path = (file, name = file.webkitRelativePath || file.name) => ({ file, name: name.split("/").slice(-2).join("/") });

async function within(entry) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [path(file, entry.fullPath.replace(/^\//, ""))];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const each of some) found.push(...(await within(each)));
  }
}

function batches(files) {
  const made = [];
  let size = 0;
  for (const one of files) {
    const last = made.at(-1);
    if (last && last.length < most.files && size + one.file.size <= most.bytes) {
      last.push(one);
      size += one.file.size;
    } else {
      made.push([one]);
      size = one.file.size;
    }
  }
  return made;
}

async function sent(batch) {
  for (let n = 1; ; n += 1) {
    const body = new FormData();
    for (const name of ["as", "token", "model", "label"]) body.set(name, form.elements[name].value);
    body.set("key", crypto.randomUUID());
    for (const one of batch) body.append("picture", one.file, one.name);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const arrived = await answer.json();
    const nothing = !Object.keys(arrived.kept ?? {}).length;
    if (!arrived.fault || !nothing || !arrived.wait || n === TRIES) return arrived;
    await new Promise((done) => setTimeout(done, PAUSE));
  }
}

const counted = (into, more = {}) => {
  for (const [name, count] of Object.entries(more)) into.set(name, (into.get(name) ?? 0) + count);
};

function tell(kept, over, done, all) {
  const line = (text) => Object.assign(document.createElement("li"), { textContent: text });
  const list = document.createElement("ul");
  list.append(line(_("{done} of {all} pictures were sent.", { done, all })));
  for (const [label, count] of kept) list.append(line(`${label}: ${count}`));
  for (const [why, count] of over) list.append(line(`${_("Passed over: {count}", { count })} (${why})`));
  told.replaceChildren(list);
  told.hidden = false;
}

async function give(files) {
  if (!form.reportValidity()) return;
  const kept = new Map();
  const over = new Map();
  let done = 0;
  fault.hidden = true;
  button.disabled = true;
  try {
    for (const batch of batches(files)) {
      const arrived = await sent(batch);
      counted(kept, arrived.kept);
      counted(over, arrived.passed_over);
      done += batch.length;
      tell(kept, over, done, files.length);
      if (arrived.fault) {
        fault.textContent = arrived.fault;
        fault.hidden = false;
        return;
      }
    }
    form.elements.folder.value = form.elements.files.value = "";
  } catch {
    fault.textContent = _("The page is not reached; what was sent before is kept.");
    fault.hidden = false;
  } finally {
    button.disabled = false;
  }
}

form.elements.model.addEventListener("input", () => { train.elements.model.value = form.elements.model.value; });
form.addEventListener("submit", (event) => {
  const files = [...form.elements.folder.files, ...form.elements.files.files].map((file) => path(file));
  if (!files.length) return;
  event.preventDefault();
  give(files);
});
watchDropped(form, async ({ items }) => {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [];
  for (const entry of entries) files.push(...(await within(entry)));
  give(files);
});
