import { type Html, html } from "./html";

export interface Part {
  name: string;
  /** Its colour, as the style sheet names it. */
  colour: string;
  /** Of the whole, 0 to 1. */
  share: number;
  /** What the legend says behind the name. */
  text: string;
}

/** A bar divided into the parts of a whole. The legend says in words what it shows, so it says nothing itself. */
export function bar(parts: readonly Part[]): Html {
  let at = 0;
  const rects = parts.map(({ colour, share }) => {
    const rect = html`<rect class="area ${colour}" x="${at.toFixed(2)}" width="${(share * 1000).toFixed(2)}" height="10"/>`;
    at += share * 1000;
    return rect;
  });
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
${rects}
</svg>`;
}

/** The parts with their colours and numbers. */
export function legend(parts: readonly Omit<Part, "share">[]): Html {
  const items = parts.map(
    ({ name, colour, text }) =>
      html`<li><span class="swatch ${colour}" aria-hidden="true"></span>${name}${text === "" ? "" : html` <b>${text}</b>`}</li>`,
  );
  return html`<ul class="legend">${items}</ul>`;
}
