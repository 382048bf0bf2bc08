// What came to this person alone: how many messages are not read yet, and the way to the first of them.
import { address, app, send } from "./line.js";
import { countLetters, reveal } from "./feed.js";
import { _ } from "./texts.js";

const box = document.getElementById("inbox");
const badge = box.querySelector(".count-badge");
const feed = document.getElementById("feed");
const scroll = document.getElementById("scroll");
const inView = new Set();
let read = 0;

export function setInbox({ unread, first }) {
  box.hidden = !first;
  box.dataset.first = first ?? "";
  box.dataset.unread = unread;
  box.href = `#m${first}`;
  box.setAttribute("aria-label", _("Messages for you alone, {count} not read yet", { count: unread }));
  badge.hidden = !unread;
  badge.textContent = unread;
  countLetters(unread);
  noteRead();
}

/** What is in view while the page is looked at is read, and so is what came before it. */
async function noteRead() {
  const upTo = Math.max(0, ...[...inView].map((entry) => Number(entry.id.slice(1))));
  if (document.hidden || !Number(box.dataset.unread) || upTo < Number(box.dataset.first) || upTo <= read) return;
  read = upTo;
  const data = new FormData();
  for (const [name, value] of Object.entries({ as: app.dataset.as, token: app.dataset.token, up_to: upTo })) data.set(name, value);
  const told = await send(address("read"), data);
  if (told.fault) read = 0;
  else setInbox(told);
}

export function startInbox() {
  const watch = new IntersectionObserver(
    (seen) => {
      for (const one of seen) {
        const enough = one.intersectionRatio >= 0.5 || one.intersectionRect.height > scroll.clientHeight / 2;
        inView[one.isIntersecting && enough ? "add" : "delete"](one.target);
      }
      noteRead();
    },
    { root: scroll, threshold: [0, 0.25, 0.5, 0.75, 1] },
  );
  const look = () => {
    for (const gone of inView) if (!gone.isConnected) inView.delete(gone);
    for (const letter of feed.querySelectorAll(":scope > .letter")) watch.observe(letter);
  };
  new MutationObserver(look).observe(feed, { childList: true });
  look();
  countLetters(Number(box.dataset.unread));
  document.addEventListener("visibilitychange", noteRead);
  box.addEventListener("click", (event) => {
    event.preventDefault();
    reveal(box.dataset.first);
  });
}
