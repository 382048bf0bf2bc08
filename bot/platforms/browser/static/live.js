// The live line: what others do arrives by itself, and after a break the page asks for what it missed.
import { address, app } from "./line.js";
import { beginAnew, put } from "./feed.js";
import { setClock } from "./clock.js";
import { setInbox } from "./inbox.js";
import { _ } from "./texts.js";

const state = document.getElementById("line-state");
const people = document.getElementById("people");
let wait = 500;

// Signed out elsewhere: the page asks anew who this is.
const SESSION_ENDED = 4401;

/** Who belongs here is told whole where it changed, else only who came and who went. */
function tellOfPeople(told) {
  if (told.people !== undefined) {
    people.innerHTML = told.people;
    app.dataset.people = told.version;
  }
  for (const one of people.children) {
    const id = one.dataset.id;
    if (told.here) setHere(one, told.here.includes(id));
    else if (told.came?.includes(id)) setHere(one, true);
    else if (told.went?.includes(id)) setHere(one, false);
  }
}

function setHere(one, here) {
  one.classList.toggle("away", !here);
  one.querySelector(".here").hidden = !here;
}

function connect() {
  const url = new URL(address("live", { rev: app.dataset.rev, people: app.dataset.people }), location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.addEventListener("message", (event) => {
    wait = 500;
    state.textContent = "";
    app.dataset.live = "1";
    const told = JSON.parse(event.data);
    if (told.anew !== undefined) beginAnew(told);
    put(told.entries);
    tellOfPeople(told);
    setClock(told.now, told.zone);
    if (told.inbox) setInbox(told.inbox);
  });
  socket.addEventListener("close", (event) => {
    if (event.code === SESSION_ENDED) {
      location.reload();
      return;
    }
    delete app.dataset.live;
    setTimeout(() => {
      if (!app.dataset.live) state.textContent = _("Reconnecting…");
    }, 1500);
    setTimeout(connect, wait + Math.random() * 300);
    wait = Math.min(wait * 1.6, 8000);
  });
}

export function startLive() {
  connect();
}
