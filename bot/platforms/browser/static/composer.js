// The composer: words for the group, /commands with completion, and a picture by choosing, dropping or pasting.
import { address, announce, app, freshKey, LARGEST, NOT_A_PICTURE, send, showFault, TOO_LARGE } from "./line.js";
import { toEnd } from "./feed.js";
import { take } from "./forms.js";
import { _ } from "./texts.js";

const form = document.getElementById("composer");
const text = document.getElementById("text");
const list = document.getElementById("completions");
const fault = document.getElementById("composer-fault");
const file = document.getElementById("picture");
const attached = document.getElementById("attached");
const dropzone = document.getElementById("dropzone");
let found = [];
let base = "";
let tail = "";
let chosen = -1;
let asked = 0;
let busy = false;
let key = freshKey();

async function submit() {
  if (busy) return;
  const words = text.value;
  const data = new FormData(form);
  data.set("key", key);
  if (!file.files.length) data.delete("picture");
  close();
  busy = true;
  form.setAttribute("aria-busy", "true");
  if (file.files.length) announce(_("Sending the picture."));
  const told = await send(form.action, data);
  busy = false;
  form.removeAttribute("aria-busy");
  showFault(fault, told.fault);
  if (told.fault) {
    if (!told.away) key = freshKey();
    return;
  }
  key = freshKey();
  if (text.value === words) text.value = "";
  const picture = file.files[0];
  detach();
  toEnd();
  take(told, text);
  if (told.form && picture) hand(picture);
}

/** A picture that came with a command whose form opened goes into that form. */
function hand(picture) {
  const input = document.querySelector("#dialog input[type=file]");
  if (input) give(input, picture);
}

function give(input, picture) {
  const holder = new DataTransfer();
  holder.items.add(picture);
  input.files = holder.files;
  input.dispatchEvent(new Event("change"));
}

// --- pictures ---

function attach(picture) {
  if (picture.size > LARGEST) {
    detach();
    return showFault(fault, TOO_LARGE);
  }
  const inForm = document.querySelector("#dialog[open] input[type=file]");
  if (inForm) return give(inForm, picture);
  if (document.querySelector("#dialog[open]")) return;
  if (file.files[0] !== picture) {
    const holder = new DataTransfer();
    holder.items.add(picture);
    file.files = holder.files;
  }
  const shown = document.getElementById("attached-picture");
  URL.revokeObjectURL(shown.src);
  shown.src = URL.createObjectURL(picture);
  document.getElementById("attached-name").textContent = picture.name;
  attached.hidden = false;
  showFault(fault, "");
  if (!text.value.trim() && app.dataset.takesPicture) text.value = `/${app.dataset.takesPicture} `;
  announce(_("{name} is attached.", { name: picture.name }));
  text.focus();
}

function detach() {
  file.value = "";
  attached.hidden = true;
}

const pictureOf = (transfer) => [...(transfer?.files ?? [])].find((one) => one.type.startsWith("image/"));

function watchPictures() {
  file.addEventListener("change", () => (file.files[0] ? attach(file.files[0]) : detach()));
  document.getElementById("attached-drop").addEventListener("click", () => {
    detach();
    if (text.value.trim() === `/${app.dataset.takesPicture}`) text.value = "";
    text.focus();
  });
  document.addEventListener("paste", (event) => {
    const picture = pictureOf(event.clipboardData);
    if (!picture) return;
    event.preventDefault();
    attach(picture);
  });
  document.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    dropzone.hidden = Boolean(document.querySelector("#dialog[open]"));
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) dropzone.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    dropzone.hidden = true;
    const picture = pictureOf(event.dataTransfer);
    if (picture) attach(picture);
    else if (event.dataTransfer.files.length) showFault(fault, NOT_A_PICTURE);
  });
}

// --- completion ---

async function typing() {
  const line = text.value;
  if (!line.startsWith("/") || line.includes("\n") || text.selectionEnd !== line.length) return close();
  return complete(line);
}

/** Offers ways to go on from a line; what was written already and is no command then follows what is accepted. */
async function complete(line, words = "") {
  const turn = ++asked;
  const response = await fetch(address("complete", { line })).catch(() => null);
  if (turn !== asked) return;
  found = response?.ok ? await response.json() : [];
  if (turn !== asked) return;
  if (!found.length) return close();
  [base, tail] = [line, words];
  list.replaceChildren(...found.map(row));
  chosen = -1;
  if (list.hidden) announce(_("{count} suggestions; choose with the arrow keys.", { count: found.length }));
  list.hidden = false;
  const named = found[0].label.startsWith("/");
  choose(named && found[0].insert.trim() !== line.slice(1).trim() ? 0 : -1);
  list.scrollTop = 0;
}

function row(completion, at) {
  const made = document.createElement("li");
  made.id = `completion-${at}`;
  made.role = "option";
  const label = document.createElement("b");
  label.textContent = completion.label;
  made.append(label);
  if (completion.detail) {
    const detail = document.createElement("small");
    detail.textContent = completion.detail;
    made.append(" ", detail);
  }
  made.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    accept(at);
  });
  return made;
}

function choose(at) {
  chosen = at;
  [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
  if (at < 0) return text.removeAttribute("aria-activedescendant");
  text.setAttribute("aria-activedescendant", `completion-${at}`);
  list.children[at].scrollIntoView({ block: "nearest" });
}

function accept(at) {
  const completion = found[at];
  text.value = base.slice(0, completion.start) + completion.insert + tail;
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
  typing();
}

function close() {
  asked += 1;
  list.hidden = true;
  chosen = -1;
  text.removeAttribute("aria-activedescendant");
}

function onKey(event) {
  if (event.isComposing) return;
  const open = !list.hidden;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (open && event.key in steps) {
    event.preventDefault();
    const count = found.length;
    choose(chosen < 0 && steps[event.key] < 0 ? count - 1 : (chosen + steps[event.key] + count) % count);
  } else if (open && event.key === "Tab" && !event.shiftKey) {
    event.preventDefault();
    accept(Math.max(chosen, 0));
  } else if (open && event.key === "Escape") {
    event.preventDefault();
    close();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (open && chosen >= 0) accept(chosen);
    else submit();
  }
}

export function startComposer() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  text.addEventListener("keydown", onKey);
  text.addEventListener("input", () => {
    showFault(fault, "");
    typing();
  });
  text.addEventListener("blur", close);
  document.getElementById("slash").addEventListener("click", () => {
    text.focus();
    showFault(fault, "");
    complete("/", text.value.startsWith("/") ? "" : text.value);
  });
  watchPictures();
}
