// The messages: put in their place, grouped by day and speaker, and kept in view only for those who are at the end.
import { address, announce, app, hush } from "./line.js";
import { _ } from "./texts.js";

const feed = document.getElementById("feed");
const scroll = document.getElementById("scroll");
const fresh = document.getElementById("fresh");
const more = document.getElementById("more");
const title = document.title.replace(/^\(\d+\) /, "");
const told = new Set();
let unseen = 0;
let letters = 0;
let following = true;
let burst = { first: null, at: -Infinity };

const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 90;

export function toEnd() {
  burst = { first: null, at: -Infinity };
  scroll.scrollTop = scroll.scrollHeight;
  fresh.hidden = true;
  following = true;
}

/** Brings a message into view: all of it, or its beginning where it is taller than the view. */
export function show(entry) {
  entry.scrollIntoView({ block: entry.offsetHeight > scroll.clientHeight - 70 ? "start" : "nearest" });
}

/** Puts messages where they belong; returns the elements. What is already there in this state stays untouched. */
export function put(entries, { loud = true } = {}) {
  const follow = following || together();
  const placed = [];
  const arrived = [];
  for (const entry of entries) {
    const known = document.getElementById(`m${entry.id}`);
    app.dataset.rev = String(Math.max(Number(app.dataset.rev), entry.rev));
    if (known && Number(known.dataset.rev) >= entry.rev) {
      placed.push(known);
      continue;
    }
    if (entry.gone) hush();
    const made = element(entry.html);
    if (known) replace(known, made);
    else {
      arrive(entry, made, follow);
      arrived.push(made);
    }
    placed.push(made);
    tell(entry, loud);
  }
  tidy();
  const first = arrived.find((one) => one.parentElement === feed);
  if (first && follow && loud) reachNew(first);
  else if (following || (first && !loud)) toEnd();
  return placed;
}

const together = () => burst.first?.isConnected && performance.now() - burst.at < 2500;

/** What arrives together is read from its beginning: the view goes to the end, but not past the first new message. */
function reachNew(first) {
  burst = { first: together() ? burst.first : first, at: performance.now() };
  const end = scroll.scrollHeight - scroll.clientHeight;
  const start = burst.first.offsetTop - 46;
  scroll.scrollTop = Math.min(end, start);
  following = start >= end - 90;
  fresh.hidden = following;
}

function element(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

function replace(old, made) {
  const kept = [".thread", ".under"].map((name) => old.querySelector(name));
  [".thread", ".under"].forEach((name, at) => kept[at] && made.querySelector(name)?.replaceWith(kept[at]));
  const held = old.contains(document.activeElement) && !kept.some((one) => one?.contains(document.activeElement));
  old.replaceWith(made);
  if (held) made.focus({ preventScroll: true });
}

function arrive(entry, made, follow) {
  made.classList.add("arrived");
  const below = (name) => entry.anchor && document.querySelector(`#m${entry.anchor} > article > .said > ${name}`);
  const thread = !entry.private && below(".thread");
  if (thread) {
    thread.hidden = false;
    thread.querySelector(".talked").append(made);
    return;
  }
  const under = below(".under");
  if (under) {
    const latest = under.querySelector(".latest");
    const details = under.querySelector("details");
    details.querySelector(".old").append(...latest.children);
    latest.append(made);
    const count = details.querySelectorAll(".entry").length;
    details.querySelector(".count").textContent = count;
    details.hidden = !count;
    return;
  }
  const later = [...feed.querySelectorAll(":scope > .entry")].find((one) => Number(one.id.slice(1)) > entry.id);
  feed.insertBefore(made, later ?? null);
  if (!follow) fresh.hidden = false;
}

/** Tells of a message once, whichever way it came first. */
function tell(entry, loud) {
  const name = `${entry.id}:${entry.rev}`;
  if (told.has(name) || entry.own) return;
  told.add(name);
  const said = entry.private ? _("{who}, only to you: {words}", { who: entry.who, words: entry.summary }) : `${entry.who}: ${entry.summary}`;
  announce(loud ? said : entry.summary);
  if (document.hidden && !entry.letter) unseen += 1;
  showCount();
}

/** On the tab: the messages to this person alone that are not read, and what else came while nobody looked. */
function showCount() {
  const count = letters + unseen;
  document.title = count ? `(${count}) ${title}` : title;
}

export function countLetters(unread) {
  letters = unread;
  showCount();
}

/** Brings the message of that number into view, and the focus to it; earlier messages are fetched for it. */
export async function reveal(id) {
  while (!document.getElementById(`m${id}`) && !more.hidden) {
    const before = feed.childElementCount;
    await earlier();
    if (feed.childElementCount === before) break;
  }
  const entry = document.getElementById(`m${id}`);
  if (!entry) return;
  show(entry);
  entry.focus({ preventScroll: true });
}

/** Day lines, and no second name over messages of one speaker in one breath. */
function tidy() {
  for (const line of feed.querySelectorAll(".day")) line.remove();
  let before = null;
  for (const entry of feed.querySelectorAll(":scope > .entry")) {
    const newDay = entry.dataset.day !== before?.dataset.day;
    const minutes = before ? (new Date(entry.dataset.at) - new Date(before.dataset.at)) / 60000 : Infinity;
    const quiet = !entry.classList.contains("private") && !before?.querySelector(":scope > article > .said > .under .entry");
    const again = !newDay && quiet && entry.dataset.who === before?.dataset.who && minutes < 5;
    entry.classList.toggle("again", again && !entry.querySelector(":scope > article > .said > .used"));
    if (newDay) {
      const line = document.createElement("li");
      line.className = "day";
      line.textContent = entry.dataset.day;
      entry.before(line);
    }
    before = entry;
  }
}

/** Earlier messages of a list, above what stands in it: those of the channel, or of the talk under a message. */
async function earlier(link, list, under, { focus = true } = {}) {
  if (link.getAttribute("aria-disabled")) return;
  link.setAttribute("aria-disabled", "true");
  const first = list.querySelector(":scope > .entry");
  const response = await fetch(address("earlier", { before: first.id.slice(1), ...under })).catch(() => null);
  link.removeAttribute("aria-disabled");
  if (!response?.ok) return announce(_("Earlier messages cannot be fetched just now."));
  const holder = document.createElement("template");
  holder.innerHTML = await response.text();
  const found = [...holder.content.children];
  const from = scroll.scrollHeight - scroll.scrollTop;
  list.prepend(...found);
  tidy();
  link.hidden = found.length < (under ? Number(app.dataset.under) : Number(app.dataset.page));
  scroll.scrollTop = scroll.scrollHeight - from;
  announce(_("{count} earlier messages are shown.", { count: found.length }));
  if (focus) found.at(-1)?.focus({ preventScroll: true });
}

/** What was missed is too much to be told: the latest page stands in its place. */
export function beginAnew(told) {
  feed.innerHTML = told.anew;
  app.dataset.rev = String(told.rev);
  more.hidden = !told.more;
  tidy();
  toEnd();
}

export function startFeed() {
  tidy();
  scroll.addEventListener("scroll", () => {
    following = atEnd();
    if (following) fresh.hidden = true;
    else if (scroll.scrollTop < 60 && !more.hidden) earlier(more, feed, null, { focus: false });
  });
  fresh.addEventListener("click", toEnd);
  scroll.addEventListener("click", (event) => {
    const link = event.target.closest("a.more");
    if (!link) return;
    event.preventDefault();
    if (link === more) earlier(more, feed, null);
    else earlier(link, link.parentElement.querySelector(".talked"), { under: link.dataset.more });
  });
  for (const kind of ["wheel", "touchmove", "keydown"]) {
    scroll.addEventListener(kind, () => (burst = { first: null, at: -Infinity }), { passive: true });
  }
  // Pictures change the height when they have loaded.
  feed.addEventListener("load", () => following && toEnd(), true);
  new ResizeObserver(() => following && toEnd()).observe(scroll);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unseen = 0;
    showCount();
  });
  const wanted = location.hash && document.querySelector(location.hash.replace(/[^#\w-]/g, ""));
  if (wanted) wanted.scrollIntoView();
  else toEnd();
}
