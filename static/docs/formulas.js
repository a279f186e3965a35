/** Sets every formula on the page: the text of data-formula in KaTeX. */

import katex from "katex";

for (const place of document.querySelectorAll("[data-formula]")) {
  if (place instanceof HTMLElement) katex.render(place.dataset.formula ?? "", place, { displayMode: true, throwOnError: false });
}
