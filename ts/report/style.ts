/** How a report looks: on a screen, light or dark, and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1a1a1a;
  --paper: #ffffff;
  --line: #8a8a8a;
  --under-map: #f2f4f6;
  --alarm: #a62b00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #ececec;
    --paper: #16181b;
    --line: #7d838a;
    /* Colours of maps are the same in both: the darkest must be seen. */
    --under-map: #d5d9de;
    --alarm: #ffa07a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  padding: 1rem;
  max-width: 76rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 Helvetica, Arial, sans-serif;
  overflow-wrap: break-word;
}
h1, h2 { margin: 1.5rem 0 0.4rem; line-height: 1.25; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; }
tbody th { min-width: 9rem; }
.numbers thead th { overflow-wrap: anywhere; }
footer td { overflow-wrap: anywhere; }
.scroll-box td:last-child { min-width: 14rem; overflow-wrap: anywhere; }
td.value { font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll-box { overflow-x: auto; }
.warning { color: var(--alarm); font-weight: bold; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; }
img { display: block; max-width: 100%; height: auto; }
figure.map img { border: 1px solid var(--line); background: var(--under-map); }
.ramp { display: inline-block; width: 6rem; height: 0.8em; vertical-align: middle; }
.swatch { display: inline-block; width: 0.8em; height: 0.8em; }
.ramp, .swatch { border: 1px solid var(--line); }
.ramp, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.kind { display: inline-block; max-width: 100%; margin-right: 0.75rem; }
footer { margin-top: 2rem; }
@media screen and (max-width: 40rem) {
  .numbers thead { display: none; }
  .numbers tr, footer tr { display: block; padding: 0.25rem 0; border-bottom: 1px solid var(--line); }
  .numbers th, .numbers td, footer th, footer td { display: block; padding: 0; border: 0; }
  .numbers td.value { white-space: normal; overflow-wrap: anywhere; }
  .numbers td.value:empty { display: none; }
  .numbers td[data-set]:not([data-set=''])::before { content: attr(data-set) ': '; }
}
@page {
  margin: 15mm;
  @bottom-right { content: counter(page) ' / ' counter(pages); font: 8pt Helvetica, Arial, sans-serif; }
}
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  .figures { grid-template-columns: 1fr 1fr; }
  .scroll-box { overflow: visible; }
  tbody th, .scroll-box td:last-child { min-width: 6rem; }
  figure, tr, li, p, .maps, footer { break-inside: avoid; }
  h2 + p { break-after: avoid; }
  h1, h2 { break-after: avoid; break-inside: avoid; }
  /* A heading stays with what it is of: columns of a grid would let it stand alone. */
  .figures { display: block; columns: 2; column-gap: 1rem; }
  .figures figure { margin-bottom: 1rem; }
  thead { display: table-header-group; }
}
`;
