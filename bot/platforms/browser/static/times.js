// Moments in messages are shown in the reader's own zone and way of writing; without this the group's zone is named.
const told = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

function tell(within) {
  for (const place of within.querySelectorAll("time[data-epoch]")) {
    const moment = new Date(Number(place.dataset.epoch) * 1000);
    place.title = place.textContent;
    place.dateTime = moment.toISOString();
    place.textContent = told.format(moment);
    delete place.dataset.epoch;
  }
}

export function startTimes() {
  tell(document);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.nodeType === Node.ELEMENT_NODE) tell(node.parentElement ?? node);
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
}
