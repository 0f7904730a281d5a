#pragma once

namespace blindlink::researcher {

// Two hues that colour-blind readers can distinguish (Okabe and Ito 2008) and that differ in
// lightness when printed without colour. Lines also differ in their dashes.
inline constexpr char kPageStyle[] = R"(
:root { color-scheme: light; }
body { font: 16px/1.5 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif;
  color: #1a1a1a; background: #fff; max-width: 62rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 0.6rem; border-bottom: 2px solid #1a1a1a; padding-bottom: 0.15rem; }
p, li { max-width: 46rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.2rem; margin: 0; }
dt { color: #595959; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; font-size: 0.92rem; }
caption { text-align: left; font-weight: bold; padding-bottom: 0.3rem; }
th, td { padding: 0.25rem 0.8rem; border-bottom: 1px solid #d0d0d0; text-align: right; vertical-align: top; }
thead th { border-bottom: 2px solid #595959; vertical-align: bottom; }
th:first-child { text-align: left; padding-left: 0; }
td { white-space: nowrap; }
tbody th { font-weight: normal; overflow-wrap: break-word; max-width: 24rem; }
figure { margin: 1rem 0; }
figcaption { font-size: 0.88rem; color: #595959; }
svg { display: block; overflow: visible; width: 100%; height: auto; font: 13px Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
.wide svg { max-width: 46rem; }
.half svg { max-width: 30rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 0 2rem; align-items: start; }
.note { border-left: 4px solid #e69f00; padding-left: 0.8rem; }
ul.note { padding-left: 2rem; }
svg text { fill: #1a1a1a; }
.circle-left { fill: #0072b2; fill-opacity: 0.35; stroke: #0072b2; stroke-width: 2; }
.circle-right { fill: #e69f00; fill-opacity: 0.35; stroke: #8a5f00; stroke-width: 2; stroke-dasharray: 6 3; }
svg .set-left { fill: #005a8c; font-weight: bold; }
svg .set-right { fill: #7a5400; font-weight: bold; }
svg .count { font-size: 17px; font-weight: bold; }
.leader { stroke: #595959; stroke-width: 1; }
.bar-true { fill: #0072b2; }
.bar-false { fill: #b34700; }
.frame { fill: none; stroke: #595959; }
.grid { stroke: #e0e0e0; }
.line { fill: none; stroke-width: 2; }
.solid { stroke: #005a8c; stroke-width: 2.5; }
.dashed { stroke: #b34700; stroke-dasharray: 8 4; }
.dotted { stroke: #595959; stroke-dasharray: 2 4; }
.threshold { stroke: #1a1a1a; stroke-dasharray: 4 3; }
.dot { fill: #fff; stroke: #1a1a1a; stroke-width: 2; }
.interval { stroke: #1a1a1a; stroke-width: 2; }
svg .label { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
@page { margin: 16mm; }
@media print {
  body { font-size: 10pt; margin: 0; padding: 0; max-width: none; }
  h2 { break-after: avoid; }
  table { font-size: 8.5pt; }
  th, td { padding: 0.15rem 0.5rem; }
  figure, table, dl { break-inside: avoid; }
  .wide svg { max-width: 34rem; }
  .pair { grid-template-columns: 1fr 1fr; }
  svg, .bar-true, .bar-false { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)";

}  // namespace blindlink::researcher
