// The group's own time, ticking; in a demonstration it may be moved forward.
import { app, send } from "./line.js";
import { _ } from "./texts.js";

const { lang } = document.documentElement;
const LOCALE = lang === "en" ? "en-GB" : lang;
let ahead = 0;
let zone = app.dataset.zone;

const tiny = () => form({ weekday: "short", hour: "2-digit", minute: "2-digit" });
const short = () => form({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const long = () =>
  form({ weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });
const form = (parts) => new Intl.DateTimeFormat(LOCALE, { ...parts, timeZone: zone });

export function setClock(now, where) {
  ahead = new Date(now) - Date.now();
  zone = where;
  for (const place of document.querySelectorAll(".bar .zone")) place.textContent = zone;
  tick();
}

function tick() {
  const now = new Date(Date.now() + ahead);
  for (const place of document.querySelectorAll("[data-clock]")) {
    const format = { long, short, tiny }[place.dataset.clock]();
    place.textContent = format.format(now).replace(" at ", ", ");
    place.dateTime = now.toISOString();
  }
}

export function startClock() {
  setClock(app.dataset.now, zone);
  setInterval(tick, 5000);
  const mover = document.querySelector("[data-clock-form]");
  mover?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (mover.dataset.busy) return;
    mover.dataset.busy = "1";
    const status = document.querySelector("[data-clock-status]");
    status.textContent = _("Moving the clock…");
    const told = await send(mover.action, new FormData(mover, event.submitter));
    delete mover.dataset.busy;
    if (!told.fault) setClock(told.now, told.zone);
    status.textContent = told.fault ?? _("It is now {time}.", { time: document.querySelector("[data-clock=long]").textContent });
  });
}
