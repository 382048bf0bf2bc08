// Before the first paint: the chosen colours, and word that scripts run.
const root = document.documentElement;
root.classList.add("script");
try {
  const chosen = localStorage.getItem("studybot-theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; then the system's colours stand.
}
