"""The look of the page of a comparison: on a desk, on a phone, on paper."""

from pigmeter.report.colour_scale import NOTHING

# No colour tells anything alone: blue is better, orange worse, and an arrow or a word says so too.
INK, QUIET, RULE, ACCENT, BETTER, WORSE = "#1b2326", "#566167", "#d7dddf", "#0d4f57", "#0a5a9c", "#a8480b"

STYLE = f"""\
*, *::before, *::after {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; }}
body {{
  margin: 0; color: {INK}; background: #f4f6f6; line-height: 1.5; font-size: 16px;
  font-family: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans",
    Arial, sans-serif;
}}
main, header, footer {{ max-width: 1120px; margin: 0 auto; padding: 0 20px; }}
h1, h2, h3, p, ul, dl, dd, figure, table {{ margin: 0; padding: 0; }}
h1 {{ font-size: 1.15rem; font-weight: 600; overflow-wrap: anywhere; }}
h2 {{ font-size: 1.3rem; font-weight: 650; line-height: 1.25; color: {ACCENT}; }}
h3 {{ font-size: 1rem; font-weight: 650; margin-top: 22px; }}
p, li, dd, td, tbody th {{ overflow-wrap: anywhere; }}
p + p {{ margin-top: .6em; }}
a {{ color: {ACCENT}; }}
img {{ display: block; max-width: 100%; height: auto; }}
svg {{ display: block; overflow: visible; }}
summary {{ cursor: pointer; font-weight: 600; padding: 6px 0; }}
:focus-visible {{ outline: 3px solid #e0a100; outline-offset: 2px; }}
data {{ font-variant-numeric: tabular-nums; white-space: nowrap; }}
code {{ font-family: ui-monospace, "SF Mono", Consolas, "Liberation Mono", monospace; font-size: .82em;
  overflow-wrap: anywhere; }}
.quiet {{ color: {QUIET}; }}
.small {{ font-size: .86rem; }}
.skip {{ position: absolute; left: -9999px; }}
.skip:focus {{ left: 8px; top: 8px; background: #fff; padding: 8px; z-index: 9; }}
section {{ background: #fff; border: 1px solid {RULE}; border-radius: 10px; padding: 24px 26px 28px;
  margin: 18px 0; }}
section > h2 + * {{ margin-top: 12px; }}

header {{ padding-top: 28px; }}
.kicker {{ font-size: .82rem; letter-spacing: .07em; text-transform: uppercase; color: {ACCENT};
  font-weight: 650; }}
.verdict {{ font-size: 1.5rem; line-height: 1.35; font-weight: 600; margin: 10px 0 16px; max-width: 38em; }}
.visits {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 8px 28px; }}
.visits dt {{ font-size: .82rem; color: {QUIET}; }}
.visits + p, .notice + p {{ margin-top: 12px; }}
.notice {{ border-left: 4px solid #e0a100; background: #fff8e3; padding: 10px 14px; margin-top: 14px;
  border-radius: 4px; }}

.stage {{ display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }}
.side figcaption {{ font-size: .86rem; color: {QUIET}; }}
.side img {{ width: 100%; background: {NOTHING}; border-radius: 4px; }}
.slider.live .stage {{ display: block; position: relative; user-select: none; -webkit-user-select: none; }}
.slider.tall.live .stage {{ max-width: 620px; margin: 0 auto; }}
.slider.live .side figcaption {{
  position: absolute; top: 12px; left: 12px; color: #fff; background: rgba(15, 22, 24, .74);
  padding: 3px 10px;
  border-radius: 99px; font-weight: 600; max-width: 44%;
}}
.slider.live .after {{ position: absolute; inset: 0; clip-path: inset(0 0 0 var(--at)); }}
.slider.live .after svg {{ display: none; }}
.slider.live .after figcaption {{ left: auto; right: 12px; }}
.slider.live .divider {{
  position: absolute; top: 0; bottom: 26px; left: var(--at); width: 3px; margin-left: -1.5px;
  background: #fff;
  box-shadow: 0 0 0 1px rgba(0, 0, 0, .45); pointer-events: none;
}}
.slider.live .divider::after {{
  content: "◂ ▸"; position: absolute; top: 50%; left: 50%; width: 46px; height: 46px; margin: -23px 0 0 -23px;
  border-radius: 50%; background: #fff; color: {ACCENT}; box-shadow: 0 1px 5px rgba(0, 0, 0, .5);
  text-align: center;
  line-height: 46px; font-size: 15px; letter-spacing: 1px;
}}
.slider.live input {{
  position: absolute; inset: 0; width: 100%; height: calc(100% - 26px); margin: 0; opacity: 0;
  cursor: ew-resize;
  touch-action: pan-y;
}}
.slider.live .stage:focus-within {{ outline: 3px solid #e0a100; outline-offset: 3px; border-radius: 4px; }}
.buttons {{ display: flex; gap: 8px; justify-content: center; margin-top: 12px; }}
.buttons[hidden] {{ display: none; }}
.buttons button {{
  font: inherit; font-size: .9rem; min-height: 40px; padding: 6px 18px; border-radius: 99px; cursor: pointer;
  border: 1px solid {ACCENT}; color: {ACCENT}; background: #fff;
}}
.buttons button[aria-pressed="true"] {{ background: {ACCENT}; color: #fff; }}
.caption {{ font-size: .86rem; color: {QUIET}; margin-top: 10px; max-width: 62em; }}

table {{ border-collapse: collapse; width: 100%; font-size: .93rem; }}
caption {{ text-align: left; color: {QUIET}; font-size: .86rem; padding-bottom: 6px; }}
th, td {{ text-align: left; padding: 9px 12px 9px 0; border-top: 1px solid {RULE}; vertical-align: top; }}
thead th {{ border-top: 0; font-size: .8rem; color: {QUIET}; font-weight: 600; vertical-align: bottom; }}
tbody th {{ font-weight: 600; }}
tbody th small, td small {{ display: block; font-weight: 400; color: {QUIET}; font-size: .8rem;
  line-height: 1.35; }}
.better {{ color: {BETTER}; }}
.worse {{ color: {WORSE}; }}
.sure {{ font-weight: 650; }}
.flag {{ display: inline-block; border: 1px solid #b58a00; background: #fff8e3; border-radius: 4px;
  font-size: .78rem;
  padding: 0 6px; margin: 2px 4px 0 0; text-decoration: none; color: {INK}; }}
.flags {{ display: block; }}
.small .flag, td .flag {{ font-weight: 400; }}
.panel td.bar {{ width: 26%; min-width: 200px; padding: 4px 22px 4px 8px; }}
.panel tbody th {{ width: 21%; }}
.span {{ white-space: nowrap; }}
.panel td.bar svg {{ height: 40px; }}
.key {{ display: flex; flex-wrap: wrap; gap: 6px 22px; list-style: none; font-size: .86rem; color: {QUIET};
  margin-top: 12px; }}
.key li {{ display: flex; align-items: center; gap: 8px; }}
.key svg {{ flex: none; }}
.maps {{ display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px 16px; margin-top: 8px; }}
.maps figure img {{ width: 100%; border: 1px solid {RULE}; image-rendering: pixelated; }}
.maps figcaption {{ font-size: .86rem; padding-bottom: 3px; font-weight: 600; }}
.maps .wide {{ grid-column: 1 / span 2; }}
.scale {{ font-size: 12px; fill: {INK}; }}
p.scale {{ text-align: center; color: {QUIET}; }}
.spots {{ display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }}
.marked {{ position: relative; }}
.marked img {{ width: 100%; }}
.marked .name {{ font-size: 11.5px; font-weight: 600; fill: #fff; stroke: #1b2326; stroke-width: 2.6px;
  paint-order: stroke; }}
.marked svg {{ position: absolute; inset: 0; width: 100%; height: 100%; overflow: hidden; }}
.spots figcaption {{ font-size: .86rem; padding-bottom: 3px; font-weight: 600; }}
.score {{ display: flex; flex-wrap: wrap; align-items: baseline; gap: 6px 18px; }}
.score .large {{ font-size: 2.6rem; font-weight: 650; line-height: 1.1; }}
.plain li {{ margin: 0 0 8px 1.2em; }}
.pairs {{ display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 4px 20px;
  font-size: .93rem; }}
.pairs dt {{ color: {QUIET}; }}
.columns {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(250px, 1fr)); gap: 0 32px; }}
.scroll {{ overflow-x: auto; }}
footer {{ padding-top: 6px; padding-bottom: 40px; font-size: .86rem; color: {QUIET}; }}

@media screen and (max-width: 760px) {{
  main, header, footer {{ padding-left: 12px; padding-right: 12px; }}
  section {{ padding: 18px 14px 20px; }}
  .verdict {{ font-size: 1.28rem; }}
  .spots, .maps {{ grid-template-columns: 1fr; }}
  .maps .wide {{ grid-column: auto; }}
  .slider.live .side figcaption {{ font-size: .74rem; top: 6px; padding: 2px 8px; }}
  .slider.live .before figcaption {{ left: 6px; }}
  .slider.live .after figcaption {{ right: 6px; }}
  .pairs {{ grid-template-columns: 1fr; gap: 0; }}
  .pairs dd {{ margin-bottom: 8px; }}
  table.cards, .cards caption, .cards tbody, .cards th, .cards td {{ display: block; width: 100%; }}
  .cards tr {{ display: grid; grid-template-columns: 1fr 1fr; gap: 2px 12px; }}
  .cards tbody th, .cards td:not([data-label]), .cards td[data-label="Verdict"] {{ grid-column: 1 / -1;
    width: 100%; }}
  .cards thead {{ position: absolute; left: -9999px; }}
  .cards tr {{ border-top: 1px solid {RULE}; padding: 10px 0; }}
  .cards th, .cards td {{ border: 0; padding: 2px 0; }}
  .cards td[data-label]::before {{ content: attr(data-label); display: block; color: {QUIET};
    font-size: .78rem; }}
  .cards td:empty {{ display: none; }}
  .panel td.bar {{ width: 100%; padding: 2px 8px; }}
}}

@page {{ size: A4; margin: 14mm 13mm; }}
@media print {{
  body {{ background: #fff; font-size: 10pt; }}
  main, header, footer {{ max-width: none; padding: 0; }}
  * {{ -webkit-print-color-adjust: exact; print-color-adjust: exact; }}
  section {{ border: 0; border-top: 1px solid {RULE}; border-radius: 0; padding: 12px 0 0; margin: 12px 0; }}
  h2, h3, h2 + p, caption, thead {{ break-after: avoid; }}
  #changes, #maps {{ break-before: page; }}
  figure, tr, li, .keep {{ break-inside: avoid; }}
  .verdict {{ font-size: 15pt; }}
  table {{ font-size: 8.6pt; }}
  th, td {{ padding: 5px 8px 5px 0; }}
  .panel td.bar {{ min-width: 120px; width: 20%; padding: 4px 10px 4px 4px; }}
  .scroll table {{ font-size: 7.8pt; }}
  .scroll .span {{ white-space: normal; }}
  h2 {{ font-size: 13pt; }}
  .caption, .small, .key {{ font-size: 8.6pt; }}
  .slider.live .stage {{ display: grid; }}
  .slider.live .after {{ position: static; clip-path: none; }}
  .slider.live .after svg {{ display: block; }}
  .slider.tall.live .stage {{ max-width: 150mm; }}
  .slider.live .side figcaption {{ position: static; color: {QUIET}; background: none; max-width: none;
    padding: 4px 0 0; }}
  .slider .divider, .slider.live input, .slider.live .buttons, .skip, .screen {{ display: none; }}
}}
"""
