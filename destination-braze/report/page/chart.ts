import { type Html, html } from "./html";

/** One layer of a chart: a value for each interval. */
export interface Layer {
  name: string;
  /** Its colour, as the style sheet names it. */
  colour: string;
  values: readonly number[];
}

export interface Chart {
  id: string;
  title: string;
  /** What it shows, in a sentence for those who do not see it. */
  description: string;
  /** Where the intervals end; the first begins at `fromMs`. */
  fromMs: number;
  toMs: readonly number[];
  /** Drawn on top of each other, the first at the bottom. */
  layers: readonly Layer[];
  /** The top of the scale. */
  top: number;
}

/** The drawing's own units: it is stretched to the room that it gets, so that one fits all. */
const width = 1000;
const height = 200;

/** Layers stacked as steps: what is drawn is what was counted, with nothing made up between two counts. */
export function chart({ id, title, description, fromMs, toMs, layers, top }: Chart): Html {
  const endMs = toMs.at(-1) ?? fromMs;
  const x = (atMs: number): number => (endMs === fromMs ? 0 : ((atMs - fromMs) / (endMs - fromMs)) * width);
  const y = (value: number): number => height - (top === 0 ? 0 : Math.min(value / top, 1) * height);
  const edges = [fromMs, ...toMs].map(x);
  let below = toMs.map(() => 0);
  const areas = layers.map(({ colour, values }) => {
    const above = below.map((value, index) => value + (values[index] ?? 0));
    const path = area(edges, below.map(y), above.map(y));
    below = above;
    return html`<path class="area ${colour}" d="${path}"/>`;
  });
  const lines = [0.25, 0.5, 0.75].map((part) => html`<path class="grid" d="M0 ${height * part}H${width}"/>`);
  return html`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
${areas}${lines}
</svg>`;
}

/** Forward along the upper edge, back along the lower one. */
function area(edges: readonly number[], lower: readonly number[], upper: readonly number[]): string {
  if (upper.length === 0) return "M0 0";
  const forward = upper.map((y, index) => `V${units(y)}H${units(edges[index + 1])}`);
  const back = lower.map((y, index) => `V${units(y)}H${units(edges[index])}`).reverse();
  return `M${units(edges[0])} ${units(lower[0])}${forward.join("")}${back.join("")}Z`;
}

const units = (value: number | undefined): number => Math.round((value ?? 0) * 10) / 10;

/** The next round number from a value up. Its half reads well, too. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step =
    [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}
