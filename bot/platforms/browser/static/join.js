// Tells the bot the reader's own time zone, so that their times are right from the start.
for (const zone of document.querySelectorAll("[name=zone]"))
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
