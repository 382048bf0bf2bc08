// The way to the bot: where this tab stands, sending a form, and saying things to screen readers.
import { _ } from "./texts.js";

export const app = document.getElementById("app");
export const here = `/c/${encodeURIComponent(app.dataset.channel)}`;
export const LARGEST = Number(app.dataset.pictureBytes);
export const TOO_LARGE = app.dataset.pictureTooLarge;
export const NOT_A_PICTURE = app.dataset.notAPicture;
const AWAY = _("The bot cannot be reached just now. What you wrote is still here; try again in a moment.");

/** A fresh key: the same key sent twice is one event, so a retry never counts twice. */
export const freshKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** An address of this channel, for this tab's person. */
export const address = (path, values = {}) => {
  const query = new URLSearchParams(app.dataset.query.slice(1));
  for (const [name, value] of Object.entries(values)) query.set(name, value);
  return `${here}/${path}?${query}`;
};

/** Sends a form and gives back what the bot told; `fault` is a sentence where it did not work, `away` where it may later. */
export async function send(url, data) {
  try {
    const response = await fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const told = await response.json();
    if (told.left) location.assign("/join");
    return response.ok ? told : { fault: AWAY, ...told };
  } catch {
    return { fault: AWAY, away: true };
  }
}

/** Reads a sentence out to those who cannot see the page change. */
export function announce(sentence) {
  const place = document.getElementById("announce");
  const line = document.createElement("p");
  line.textContent = sentence;
  place.append(line);
  setTimeout(() => line.remove(), 8000);
}

/** Takes back all that was announced: what was hidden is not to be heard either. */
export function hush() {
  document.getElementById("announce").replaceChildren();
}

/** Shows or clears a fault. */
export function showFault(place, sentence) {
  place.textContent = sentence ?? "";
  place.hidden = !sentence;
}
