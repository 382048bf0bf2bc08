// The frame: the menu on narrow screens, and the choice of colours.
import { _ } from "./texts.js";

const THEMES = { system: _("Colours: as the system"), light: _("Colours: light"), dark: _("Colours: dark") };

export function startTheme() {
  const button = document.querySelector("[data-theme-turn]");
  const root = document.documentElement;
  const show = () => button.setAttribute("aria-label", THEMES[root.dataset.theme ?? "system"]);
  button.addEventListener("click", () => {
    const names = Object.keys(THEMES);
    const next = names[(names.indexOf(root.dataset.theme ?? "system") + 1) % names.length];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      localStorage.setItem("studybot-theme", next);
    } catch {
      // The choice then lasts as long as the page.
    }
    show();
  });
  show();
}

export function startMenu() {
  const opener = document.querySelector("[data-menu]");
  const side = document.getElementById("side");
  const turn = (open) => {
    document.body.classList.toggle("menu-open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) side.querySelector("[data-menu-close]").focus();
    else opener.focus();
  };
  opener.addEventListener("click", () => turn(true));
  for (const closer of document.querySelectorAll("[data-menu-close]")) closer.addEventListener("click", () => turn(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("menu-open")) turn(false);
  });
}
