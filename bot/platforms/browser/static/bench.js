// The editor's help: an answer graded as it is typed, an empty row whenever the last is filled, and word of others' changes.
const editor = document.querySelector("[data-editor]");

for (const button of document.querySelectorAll("[data-sure]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.sure)) event.preventDefault();
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
      if (answer.ok) trial.innerHTML = shown;
      else trial.textContent = "That could not be graded now; what you typed is safe here.";
    } catch {
      if (mine === asked) trial.textContent = "The page is not reached; what you typed is safe here.";
    }
  };

  const grown = (row) => {
    const next = row.nextElementSibling;
    if (next?.matches("[data-row]")) return;
    const more = row.cloneNode(true);
    for (const field of more.querySelectorAll("input, textarea")) {
      field.name = field.name.replace(/\.(\d+)\./, (_, number) => `.${Number(number) + 1}.`);
      if (field.type === "checkbox") field.checked = false;
      else field.value = "";
    }
    const legend = more.querySelector("legend");
    legend.textContent = legend.textContent.replace(/\d+/, (number) => Number(number) + 1);
    more.classList.add("spare");
    row.after(more);
  };

  editor.addEventListener("input", (event) => {
    kept = false;
    const row = event.target.closest("[data-row]");
    if (row) {
      row.classList.remove("spare");
      grown(row);
    }
    if (event.target.matches("[data-ways]")) last = event.target;
    clearTimeout(timer);
    timer = setTimeout(attempt, 350);
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
  trial.addEventListener("click", (event) => {
    const words = event.target.closest("[data-suggest]")?.dataset.suggest;
    if (!words || !last) return;
    last.value = `${last.value.trimEnd()}\n${words}`.trim();
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
  });

  const elsewhere = document.querySelector("[data-elsewhere]");
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(editor.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { stamp, by } = await answer.json();
      elsewhere.hidden = stamp === editor.dataset.stamp;
      if (!elsewhere.hidden) elsewhere.textContent = `${by || "Somebody"} changed this question meanwhile. Keep yours to see both.`;
    } catch {
      // The next look tells.
    }
  }, 5000);
}
