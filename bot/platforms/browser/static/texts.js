// What the scripts say, in the language of the page: looked up by its English, as everywhere in the house.
const texts = JSON.parse(document.documentElement.dataset.texts ?? "{}");

export const _ = (text, values = {}) =>
  (texts[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
