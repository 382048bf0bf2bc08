// Buttons and forms: a button's answer comes back without a reload, a form opens in a dialog and keeps what was written.
import { app, freshKey, LARGEST, send, showFault, TOO_LARGE } from "./line.js";
import { put, show } from "./feed.js";
import { _ } from "./texts.js";

const dialog = document.getElementById("dialog");
let opener = null;

/** What the bot told, acted upon: messages put in place, a form opened. Returns the elements of the messages. */
export function take(told, from = null) {
  const placed = put(told.entries ?? [], { loud: false });
  if (placed.length) show(placed.at(-1));
  if (told.form) open(told, from);
  return placed;
}

function open(told, from) {
  opener = from;
  dialog.innerHTML = told.form;
  const form = dialog.querySelector("form");
  const draft = draftOf(form);
  for (const field of textFields(form)) {
    if (draft?.[field.name]) field.value = draft[field.name];
    watchLength(field);
  }
  for (const drop of form.querySelectorAll("[data-drop]")) watchDrop(drop);
  showFaults(form, told.faults ?? {});
  if (!dialog.open) dialog.showModal();
  const bad = form.querySelector("[aria-invalid=true]");
  const first = bad ?? form.querySelector(".field input:not([type=hidden]), .field textarea, .field select");
  first?.focus();
  if (first?.matches("textarea")) first.setSelectionRange(first.value.length, first.value.length);
}

const textFields = (form) => [...form.querySelectorAll(".field input[type=text], .field textarea")];
const draftName = (form) => `studybot-draft:${app.dataset.as}:${form.elements.press.value}`;

function draftOf(form) {
  try {
    return JSON.parse(sessionStorage.getItem(draftName(form)));
  } catch {
    return null;
  }
}

function keepDraft(form, kept = Object.fromEntries(textFields(form).map((field) => [field.name, field.value]))) {
  try {
    if (kept) sessionStorage.setItem(draftName(form), JSON.stringify(kept));
    else sessionStorage.removeItem(draftName(form));
  } catch {
    // Without storage a closed form is simply not remembered.
  }
}

function watchLength(field) {
  const most = Number(field.dataset.most);
  field.addEventListener("input", () => {
    keepDraft(field.form);
    const over = field.value.length - most;
    if (over > 0) showFieldFault(field, _("{count} characters more than will be read.", { count: over.toLocaleString(document.documentElement.lang) }));
    else if (field.getAttribute("aria-invalid")) showFieldFault(field, "");
  });
}

function watchDrop(drop) {
  const input = drop.querySelector("input");
  const shown = drop.querySelector("img");
  const look = () => {
    const file = input.files[0];
    if (file && file.size > LARGEST) {
      input.value = "";
      shown.hidden = true;
      return showFieldFault(input, TOO_LARGE);
    }
    showFieldFault(input, "");
    URL.revokeObjectURL(shown.src);
    shown.hidden = !file;
    shown.alt = file ? _("Chosen: {name}", { name: file.name }) : "";
    if (file) shown.src = URL.createObjectURL(file);
  };
  input.addEventListener("change", look);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      event.stopPropagation();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        look();
      }
    });
  }
}

function showFieldFault(field, sentence) {
  const holder = field.closest(".field");
  for (const one of holder.querySelectorAll("input, textarea, select")) {
    if (sentence) one.setAttribute("aria-invalid", "true");
    else one.removeAttribute("aria-invalid");
  }
  showFault(holder.querySelector(".fault"), sentence);
}

function showFaults(form, faults, general = "") {
  let first = null;
  for (const holder of form.querySelectorAll("[data-field]")) {
    const field = holder.querySelector("input, textarea, select");
    const sentence = faults[holder.dataset.field] ?? "";
    showFieldFault(field, sentence);
    if (sentence) first ??= field;
  }
  showFault(form.querySelector(".general"), first ? "" : general);
  first?.focus();
}

async function sendForm(form) {
  if (form.dataset.busy) return;
  busy(form, true, _("Sending…"));
  const told = await send(form.action, new FormData(form));
  busy(form, false);
  if (told.fault) {
    // Nothing was kept, so the next attempt is a new event; but an unreachable bot may have kept it: same key.
    if (!told.away) form.elements.key.value = freshKey();
    return showFaults(form, told.faults ?? {}, told.fault);
  }
  keepDraft(form, null);
  const from = opener;
  opener = null;
  dialog.close();
  const placed = take(told, from);
  reach(placed.at(-1));
}

async function press(form, button) {
  if (!button || form.dataset.busy) return;
  const data = new FormData(form, button);
  data.set("key", freshKey());
  busy(form, true);
  let told = await send(form.action, data);
  if (told.away) told = await send(form.action, data);
  busy(form, false);
  if (told.fault) return announceFault(told.fault);
  if (form.matches("[data-say]")) form.reset();
  reach(take(told, button).at(-1));
}

function announceFault(sentence) {
  showFault(document.getElementById("composer-fault"), sentence);
}

/** Brings a reply into view and gives it the keyboard, so that its buttons are next. */
function reach(entry) {
  if (!entry) return;
  entry.focus({ preventScroll: true });
  show(entry);
}

function busy(form, state, words = "") {
  if (state) form.dataset.busy = "1";
  else delete form.dataset.busy;
  for (const button of form.querySelectorAll("button:not([data-cancel])")) {
    if (state) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
  const place = form.querySelector(".progress");
  if (place) place.textContent = words;
}

export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-press], [data-say]")) {
      event.preventDefault();
      press(form, event.submitter);
    } else if (form.matches("[data-form]")) {
      event.preventDefault();
      sendForm(form);
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-cancel]")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) dialog.querySelector("form").requestSubmit();
  });
  // The event comes after the closing itself: by then another form may be open already.
  dialog.addEventListener("close", () => {
    if (dialog.open) return;
    dialog.replaceChildren();
    if (opener) (opener.isConnected ? opener : document.getElementById("text")).focus({ preventScroll: true });
    opener = null;
  });
}

