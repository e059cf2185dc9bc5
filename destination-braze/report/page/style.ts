/** The look of the report. Light and dark, small and large screens, and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f7f6f3; --sheet: #ffffff; --ink: #1e2329; --soft: #565d66; --line: #e2dfd8; --wash: #f1efea;
  --link: #1d5c7d; --delivered: #23688c; --unchanged: #738d9a; --rejected: #c1503a; --limit: #7b6cb5;
  --open: #a87a1f; --working: #3d8763; --saved: #5a9a78; --good: #3d8763; --focus: #1d5c7d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --sheet: #1b1f23; --ink: #e9e7e3; --soft: #a9b0b8; --line: #343a41; --wash: #23282d;
    --link: #86c5e3; --delivered: #4c9dc3; --unchanged: #6e8796; --rejected: #e07a62; --limit: #9a8cd6;
    --open: #c79f4c; --working: #5aa981; --saved: #4f9a76; --good: #63b58c; --focus: #86c5e3;
  }
}
* { box-sizing: border-box; }
html { background: var(--ground); -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; color: var(--ink); background: var(--ground);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
.sheet { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 3rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--sheet); color: var(--link); z-index: 1; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
h1, h2, h3 { line-height: 1.25; font-weight: 650; margin: 0; text-wrap: balance; }
h1 { font-size: clamp(1.6rem, 5vw, 2.2rem); letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin-bottom: .75rem; }
h3 { font-size: 1rem; }
p { margin: .35rem 0; max-width: 46rem; }
code { font: .875em ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--wash); padding: .1em .3em; border-radius: 4px; }
.eyebrow { color: var(--soft); margin: 0 0 .35rem; font-size: .9rem; }
.lead { font-size: 1.1rem; margin: .5rem 0 1rem; }
.state { display: inline-block; width: .62em; height: .62em; border-radius: 50%; margin-right: .4em; background: var(--open); }
.state.complete { background: var(--good); }
.state.failed { background: var(--rejected); }
.remark { border-left: 4px solid var(--open); background: var(--wash); padding: .75rem 1rem; margin: 1rem 0; border-radius: 0 6px 6px 0; }
.remark.failed { border-left-color: var(--rejected); }
.bar { display: block; width: 100%; height: .75rem; border-radius: .375rem; background: var(--wash); margin: .75rem 0 .5rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .25rem 0 .75rem; padding: 0; font-size: .925rem; }
.legend b { font-variant-numeric: tabular-nums; }
.swatch { display: inline-block; width: .7em; height: .7em; border-radius: 3px; margin-right: .45em; }
.area.delivered { fill: var(--delivered); } .swatch.delivered { background: var(--delivered); }
.area.unchanged { fill: var(--unchanged); } .swatch.unchanged { background: var(--unchanged); }
.area.rejected { fill: var(--rejected); } .swatch.rejected { background: var(--rejected); }
.area.limit { fill: var(--limit); } .swatch.limit { background: var(--limit); }
.area.open { fill: var(--open); } .swatch.open { background: var(--open); }
.area.elsewhere { fill: var(--limit); } .swatch.elsewhere { background: var(--limit); }
.area.working { fill: var(--working); } .swatch.working { background: var(--working); }
.area.saved { fill: var(--saved); } .swatch.saved { background: var(--saved); }
.stats { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem 1.25rem; margin: 1.25rem 0 0; }
.stats dt { color: var(--soft); font-size: .875rem; }
.stats dd { margin: 0; font-size: 1.3rem; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.3; }
.when { color: var(--soft); margin: -.6rem 0 1rem; font-size: .95rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin: 1.5rem 0 0; padding: .75rem 0 0; border-top: 1px solid var(--line); }
nav a { display: inline-block; padding: .25rem 0; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.5rem 1.5rem; margin-top: 1.25rem; }
section > h3 { margin-top: 1.5rem; }
figure { margin: 0 0 1.5rem; }
figcaption p { color: var(--soft); font-size: .925rem; margin: .15rem 0 .5rem; }
.plot { position: relative; height: 11rem; border-bottom: 1px solid var(--soft); border-top: 1px solid var(--line); margin-top: 1rem; }
.plot svg { display: block; width: 100%; height: 100%; }
.grid { stroke: var(--line); stroke-width: 1; fill: none; vector-effect: non-scaling-stroke; }
.y { position: absolute; left: 0; padding: 0 .3rem; font-size: .8rem; color: var(--soft); background: var(--sheet); border-radius: 3px; font-variant-numeric: tabular-nums; transform: translateY(-50%); }
.y.top { top: 0; }
.y.middle { top: 50%; }
.x { display: flex; justify-content: space-between; max-width: none; margin: .25rem 0 0; font-size: .8rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.scroll {
  overflow-x: auto; margin: 1rem 0 0;
  background:
    linear-gradient(to right, var(--sheet) 40%, transparent) 0 0 / 2.5rem 100% local no-repeat,
    linear-gradient(to left, var(--sheet) 40%, transparent) 100% 0 / 2.5rem 100% local no-repeat,
    linear-gradient(to right, var(--line), transparent) 0 0 / .9rem 100% scroll no-repeat,
    linear-gradient(to left, var(--line), transparent) 100% 0 / .9rem 100% scroll no-repeat,
    var(--sheet);
}
table { border-collapse: collapse; width: 100%; font-size: .925rem; overflow-wrap: normal; }
caption { text-align: left; font-weight: 650; padding-bottom: .35rem; }
caption span { position: sticky; left: 0; display: inline-block; max-width: min(100%, calc(100vw - 4rem)); }
th, td { padding: .4rem .75rem .4rem 0; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: .85rem; white-space: nowrap; vertical-align: bottom; }
tbody th { overflow-wrap: anywhere; min-width: 6.5rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
details { margin-top: .5rem; }
summary { cursor: pointer; color: var(--link); padding: .25rem 0; width: fit-content; }
article { border-top: 1px solid var(--line); padding: 1rem 0 .5rem; margin-top: .75rem; }
article h3 { text-wrap: pretty; }
.meta { color: var(--soft); font-size: .9rem; }
.meta b { color: var(--ink); }
.record { margin: .5rem 0 0; padding: .6rem .9rem; background: var(--wash); border-radius: 6px; font-size: .9rem; }
.record > div { display: grid; grid-template-columns: minmax(6rem, 12rem) 1fr; gap: 0 1rem; padding: .1rem 0; }
.record dt { color: var(--soft); }
.record dd { margin: 0; font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .95em; white-space: pre-wrap; }
.notes { margin: .35rem 0 0; padding-left: 1.2rem; }
footer { color: var(--soft); font-size: .9rem; margin-top: 1.5rem; }
@media (max-width: 34rem) {
  .sheet { padding: 1.5rem .9rem 2rem; }
  section { padding: 1rem 1rem 1.25rem; border-radius: 8px; }
  .plot { height: 8.5rem; }
  .stats { grid-template-columns: 1fr 1fr; }
  .record > div { grid-template-columns: 1fr; padding: .25rem 0; }
  table { font-size: .875rem; }
  th, td { padding-right: .6rem; }
}
@media print {
  html, body, section { background: none; }
  nav, .skip { display: none; }
  section { border: none; padding: 0; break-inside: avoid-page; }
}
`;
