import { BASE_STYLE } from './style';

/**
 * The base style and what pages with data need besides: navigation, tables, badges, figures. Below 45rem a table's rows
 * become lists, so that nothing scrolls sideways.
 */
export const WIDE_STYLE = `${BASE_STYLE}
:root { --warn: #8a4b00; --head: #1b2733; --on-head: #fff; --soft-head: #c9d4df; }
@media (prefers-color-scheme: dark) { :root { --warn: #f0b72f; --head: #161b22; } }
.site { background: var(--head); color: var(--on-head); border-bottom: 1px solid var(--soft); }
.site > div { max-width: 76rem; margin: 0 auto; padding: .65rem 1rem; display: flex; flex-wrap: wrap;
  gap: .25rem 1.5rem; align-items: baseline; }
.site strong { font-size: 1.05rem; }
.site nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; list-style: none; margin: 0; padding: 0; }
.site a { color: var(--soft-head); text-decoration: none; padding: .25rem 0; display: inline-block;
  border-bottom: 3px solid transparent; }
.site a:hover { color: var(--on-head); }
.site a[aria-current] { color: var(--on-head); border-color: #79b8ff; }
.site .place { margin-left: auto; color: var(--soft-head); font-size: .9rem; }
.site :focus-visible { outline-color: #79b8ff; }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; }
.wide main { max-width: 76rem; padding: 1.5rem 1rem 3rem; }
.wide .card { padding: 1rem 1.25rem 1.25rem; margin-bottom: 1.25rem; }
.wide h1 { overflow-wrap: anywhere; margin-bottom: .5rem; }
.wide h2 { font-size: 1.15rem; margin-bottom: .75rem; }
.wide h3 { font-size: 1rem; margin: 1rem 0 .5rem; }
.wide dl { border: 0; padding: 0; margin-bottom: 1rem; gap: .3rem 1.25rem; }
.wide label { margin: 0 0 .2rem; }
.wide button { width: auto; padding: .6rem 1.25rem; }
.wide form.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-bottom: 1rem; }
.wide form.row .field { margin: 0; flex: 1 1 16rem; max-width: 36rem; }
.wide form.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: .9rem;
  align-items: start; margin-bottom: 1rem; }
.wide form.fields .field { margin: 0; }
.wide form.fields button { grid-column: 1 / -1; justify-self: start; }
.tick { display: grid; grid-template-columns: auto 1fr; gap: .25rem .5rem; align-items: baseline; align-self: center; }
.tick input { width: auto; }
.wide .tick label { font-weight: 400; }
.tick .hint { grid-column: 2; }
.wide .field input, .field select { height: 3rem; }
select, textarea { width: 100%; font: inherit; color: inherit; background: var(--card); padding: .6rem .75rem;
  border: 1px solid var(--line); border-radius: .5rem; }
.wide form.fields:last-child, .actions:last-child { margin-bottom: 0; }
.quiet { margin-bottom: 1rem; }
.actions .quiet, dd .quiet { margin: 0; }
.quiet button { background: transparent; color: var(--accent); border: 1px solid var(--accent); }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: 1rem; }
.wide code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
.lead { font-size: 1.1rem; max-width: 60rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font: .95em/1.5 ui-monospace, monospace; }
.muted, .hint { color: var(--muted); }
.hint { font-size: .9rem; margin: .25rem 0 0; }
.bad { color: var(--bad); font-weight: 600; }
.crumbs { font-size: .9rem; margin-bottom: .5rem; }
.crumbs a, td a { overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.25rem; }
.columns > .card { min-width: 0; }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; font-size: .95rem; }
caption { text-align: left; color: var(--muted); padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--soft);
  overflow-wrap: anywhere; }
th { color: var(--muted); font-weight: 600; border-color: var(--line); overflow-wrap: break-word; }
time, .whole { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
tr.marked td { background: var(--bad-soft); }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem;
  font-weight: 600; white-space: nowrap; }
.badge.good { color: var(--good); } .badge.bad { color: var(--bad); } .badge.warn { color: var(--warn); }
.badge.plain { color: var(--muted); }
figure { margin: 0 0 1rem; }
figure img { display: block; width: 100%; max-width: 32rem; height: auto; }
figcaption { color: var(--muted); font-size: .9rem; }
progress { width: 100%; height: 1rem; accent-color: var(--accent); }
.terminal { border-left: 4px solid var(--soft); padding: .25rem .75rem; margin: 0; }
.terminal + * { margin-top: 1rem; }
.terminal p { margin: 0 0 .25rem; }
.quote { border-left: 4px solid var(--accent); padding: .25rem 1rem; font-size: 1.1rem; margin: 0 0 1rem; }
.pager { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
ul.plain { padding-left: 1.1rem; margin: 0 0 1rem; }
@media (max-width: 45rem) {
  .badge { white-space: normal; }
  .site .place { margin-left: 0; }
  .wide dl { grid-template-columns: 1fr; gap: 0; }
  .wide dd { margin-bottom: .5rem; }
  table, caption, tbody, tr, td { display: block; }
  thead { position: absolute; left: -99rem; }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  td, td.number { border: 0; padding: .1rem .25rem; text-align: left; }
  td[data-label]:not([data-label=""])::before { content: attr(data-label) ": "; color: var(--muted); }
  td:empty { display: none; }
}
`;
