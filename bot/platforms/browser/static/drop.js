// Files that are dropped anywhere on a page go to its form: beside it the browser would open them in place of the page.

/** Hands what is dropped to `take`, as a `DataTransfer`; the form shows that it will have it. */
export function watchDropped(form, take) {
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.remove("over");
    take(event.dataTransfer);
  });
}
