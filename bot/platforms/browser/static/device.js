// "Tell me on this device": asks the browser, then tells the bot where this browser is told.
import { _ } from "./texts.js";

const place = document.getElementById("device");
const button = place?.querySelector("button");
const told = place?.querySelector("p");
const SAYS = {
  on: _("You are told on this device, with what you are told in private."),
  off: _("You are told on the page alone."),
  refused: _("This browser does not let the page tell you anything; its settings for this site say so."),
  failed: _("That did not work just now; try again in a moment."),
};
const LABELS = { true: _("Tell me here no more"), false: _("Tell me on this device") };
let on = false;

function show(isOn, sentence = SAYS[isOn ? "on" : "off"]) {
  on = isOn;
  told.textContent = sentence;
  button.textContent = LABELS[isOn];
  button.setAttribute("aria-pressed", String(isOn));
}

async function say(device) {
  const { keys = {}, endpoint = "" } = device?.toJSON() ?? {};
  const form = { endpoint, key: keys.p256dh ?? "", secret: keys.auth ?? "" };
  const body = new URLSearchParams({ ...form, as: place.dataset.as, token: place.dataset.token });
  const answer = await fetch(place.dataset.address, { method: "POST", body, headers: { Accept: "application/json" } });
  const { fault, told: isTold } = await answer.json();
  if (!answer.ok) throw new Refused(fault ?? SAYS.failed);
  return isTold;
}

class Refused extends Error {}

async function subscribe(worker) {
  const wanted = { userVisibleOnly: true, applicationServerKey: place.dataset.key };
  const before = await worker.pushManager.getSubscription();
  try {
    return await worker.pushManager.subscribe(wanted);
  } catch (error) {
    if (!before) throw error;
    await before.unsubscribe(); // it was made for another bot at this address
    return worker.pushManager.subscribe(wanted);
  }
}

async function turn(worker) {
  button.disabled = true;
  try {
    if (on) {
      await say(null);
      await (await worker.pushManager.getSubscription())?.unsubscribe();
      show(false);
    } else if ((await Notification.requestPermission()) !== "granted") {
      show(false, SAYS.refused);
    } else {
      show(await say(await subscribe(worker)));
    }
  } catch (error) {
    show(on, error instanceof Refused ? error.message : SAYS.failed);
  }
  button.disabled = false;
}

async function start() {
  await navigator.serviceWorker.register("/worker.js");
  const worker = await navigator.serviceWorker.ready;
  const device = await worker.pushManager.getSubscription();
  show(Boolean(device) && place.dataset.on === "true");
  if (!device && place.dataset.on === "true") await say(null); // the browser has forgotten it
  button.addEventListener("click", () => turn(worker));
  place.hidden = false;
}

if (place && "serviceWorker" in navigator && "PushManager" in window) start();
