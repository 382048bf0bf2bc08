// The bench's help: files dropped, an answer graded as it is typed, an empty row whenever the last is filled, others' changes.
import { watchDropped } from "./drop.js";
import { _ } from "./texts.js";

const editor = document.querySelector("[data-editor]");

for (const button of document.querySelectorAll("[data-sure]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.sure)) event.preventDefault();
  });
}

for (const form of document.querySelectorAll("[data-drop-notes]")) {
  watchDropped(form, ({ files }) => {
    form.elements.notes.files = files;
    form.querySelector("button").focus();
  });
}

if (editor) {
  const trial = editor.querySelector("[data-trial]");
  let timer = 0;
  let asked = 0;
  let last = editor.querySelector("[data-ways]");
  let kept = true;

  const attempt = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(editor.dataset.try, { method: "POST", body: new FormData(editor) });
      const shown = await answer.text();
      if (mine !== asked) return;
      const looking = trial.contains(document.activeElement) ? document.activeElement.id : "";
      if (answer.ok) trial.innerHTML = shown;
      else trial.textContent = _("That could not be graded now; what you typed is safe here.");
      if (looking) document.getElementById(looking)?.focus();
    } catch {
      if (mine === asked) trial.textContent = _("The page is not reached; what you typed is safe here.");
    }
  };

  const grown = (row) => {
    const next = row.nextElementSibling;
    if (next?.matches("[data-row]")) return;
    const more = row.cloneNode(true);
    for (const field of more.querySelectorAll("input, textarea")) {
      field.name = field.name.replace(/\.(\d+)\./, (whole, number) => `.${Number(number) + 1}.`);
      if (field.type === "checkbox") field.checked = false;
      else field.value = "";
    }
    const legend = more.querySelector("legend");
    legend.textContent = legend.textContent.replace(/\d+/, (number) => Number(number) + 1);
    more.classList.add("spare");
    row.after(more);
  };

  const taken = (field) => {
    kept = false;
    const row = field.closest("[data-row]");
    if (row) {
      row.classList.remove("spare");
      grown(row);
    }
    if (field.matches("[data-ways]")) last = field;
    clearTimeout(timer);
    timer = setTimeout(attempt, 350);
  };

  editor.addEventListener("input", (event) => {
    if (event.target.name !== "as") taken(event.target);
  });
  editor.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-ways]")) last = event.target;
  });
  editor.addEventListener("submit", () => { kept = true; });
  window.addEventListener("beforeunload", (event) => { if (!kept) event.preventDefault(); });
  editor.querySelector("[data-try-button]").addEventListener("click", (event) => {
    event.preventDefault();
    attempt();
  });
  const type = (field, text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  trial.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-suggest], [data-example]");
    if (!pressed) return;
    if (pressed.dataset.example) {
      const row = editor.querySelector(".example.spare");
      type(row.querySelector("[data-example-score]"), pressed.dataset.score);
      type(row.querySelector("[data-example-answer]"), pressed.dataset.example);
      row.querySelector("[data-example-score]").focus();
      return;
    }
    const named = [...editor.querySelectorAll("[data-name]")].find((field) => field.value === pressed.dataset.point);
    const ways = named?.closest("[data-row]").querySelector("[data-ways]") ?? last;
    if (!ways) return;
    type(ways, `${ways.value.trimEnd()}\n${pressed.dataset.suggest}`.trim());
    ways.focus();
  });

  // What is typed is kept in this browser until the server has it, for a line may break in the middle of an edit. With it
  // the state it was typed over, so that what somebody else kept meanwhile is seen and not written over.
  const safe = `bench typed ${editor.action}`;
  const typed = () => [...new FormData(editor)].filter(([name, value]) => typeof value === "string" && !["token", "stamp", "as"].includes(name));
  const stored = (work) => {
    try {
      return work(localStorage);
    } catch {
      return null; // A browser that keeps nothing, or that is full, still edits.
    }
  };
  const keep = () => stored((storage) => storage.setItem(safe, JSON.stringify({ stamp: editor.elements.stamp.value, fields: typed() })));
  const forget = () => stored((storage) => storage.removeItem(safe));
  const back = document.querySelector("[data-typed]");
  if (back.dataset.typed === "kept") forget();
  const before = stored((storage) => JSON.parse(storage.getItem(safe)));
  if (before && JSON.stringify(before.fields) !== JSON.stringify(typed())) {
    back.hidden = false;
    back.querySelector("button").addEventListener("click", () => {
      for (const [name, value] of before.fields) {
        while (!editor.elements[name]) {
          const kind = name.split(".")[0];
          const row = [...editor.querySelectorAll(`[name^="${kind}."]`)].at(-1)?.closest("[data-row]");
          if (!row) break;
          grown(row);
        }
        const field = editor.elements[name];
        if (field?.type === "checkbox") field.checked = true;
        else if (field && field.type !== "file") field.value = value;
        field?.closest("[data-row]")?.classList.remove("spare");
      }
      editor.elements.stamp.value = before.stamp;
      back.hidden = true;
      kept = false;
      attempt();
    });
    back.querySelector("[data-forget]").addEventListener("click", () => {
      forget();
      back.hidden = true;
    });
  }
  editor.addEventListener("input", keep);

  // A field may be filled before this script runs: typed on a slow line, or given back by the browser after a reload; what
  // is given back was typed over the state that is kept with it.
  const early = () => {
    const filled = [...editor.querySelectorAll("input:not([type=hidden]), textarea")].filter((field) =>
      field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
    for (const field of filled) taken(field);
    if (!filled.length) return;
    if (filled.every((field) => before?.fields.some(([name, value]) => name === field.name && value === field.value)))
      editor.elements.stamp.value = before.stamp;
    else keep();
  };
  early();
  window.addEventListener("pageshow", early, { once: true });

  const elsewhere = document.querySelector("[data-elsewhere]");
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(editor.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { stamp, by } = await answer.json();
      elsewhere.hidden = stamp === editor.dataset.stamp;
      if (!elsewhere.hidden) elsewhere.textContent = by
          ? _("{name} changed this question meanwhile. Keep yours to see both.", { name: by })
          : _("Somebody changed this question meanwhile. Keep yours to see both.");
    } catch {
      // The next look tells.
    }
  }, 5000);
}
