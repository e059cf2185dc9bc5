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

/** What there is can be seen, however little it is. */
const leastShare = 0.006;
const width = 1000;

/** A bar divided into the parts of a whole. The legend says in words what it shows, so it says nothing itself. */
export function bar(parts: readonly Part[]): Html {
  const shares = parts.map(({ share }) => (share > 0 ? Math.max(share, leastShare) : 0));
  const scale = width / Math.max(1, sumOf(shares));
  const rects = parts.map(({ colour }, index) => {
    const x = sumOf(shares.slice(0, index)) * scale;
    const length = (shares[index] ?? 0) * scale;
    return html`<rect class="area ${colour}" x="${x.toFixed(2)}" width="${length.toFixed(2)}" height="10"/>`;
  });
  return html`<svg class="bar" viewBox="0 0 ${width} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
${rects}
</svg>`;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** The parts with their colours and numbers. */
export function legend(parts: readonly Omit<Part, "share">[]): Html {
  const items = parts.map(
    ({ name, colour, text }) =>
      html`<li><span class="swatch ${colour}" aria-hidden="true"></span>${name}${text === "" ? "" : html` <b>${text}</b>`}</li>`,
  );
  return html`<ul class="legend">${items}</ul>`;
}
