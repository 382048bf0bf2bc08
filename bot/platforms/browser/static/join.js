// Tells the bot the reader's own time zone, so that their times are right from the start.
document.querySelector("[name=zone]").value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
