import { createHash } from 'node:crypto';
import { Html } from './html';

/** What every page here looks like. Colours have a contrast of at least 4.5 : 1 in light and dark. */
export const BASE_STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --muted: #57606a; --page: #f4f5f7; --card: #fff; --line: #8c959f;
  --soft: #d8dee4; --accent: #0a58ca; --on-accent: #fff; --bad: #b3261e; --bad-soft: #fdecea; --good: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --muted: #9aa5b1; --page: #0d1117; --card: #161b22;
  --line: #6e7681; --soft: #30363d; --accent: #79b8ff; --on-accent: #0d1117; --bad: #ff9a8f; --bad-soft: #3a1d1b;
  --good: #56d364; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: clamp(1rem, 5vw, 3rem) 1rem; }
.card { background: var(--card); border: 1px solid var(--soft); border-radius: .75rem; padding: clamp(1.25rem, 5vw, 2rem); }
.card > :last-child { margin-bottom: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1.25rem; margin: 0 0 1.5rem; padding: 1rem;
  border: 1px solid var(--soft); border-radius: .5rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
.field { margin-bottom: 1.25rem; }
input { width: 100%; font: inherit; color: inherit; background: var(--card); padding: .6rem .75rem;
  border: 1px solid var(--line); border-radius: .5rem; }
input[aria-invalid] { border: 2px solid var(--bad); }
.error { color: var(--bad); font-weight: 600; margin: 0 0 .25rem; }
.summary { border: 2px solid var(--bad); background: var(--bad-soft); border-radius: .5rem; padding: 1rem;
  margin-bottom: 1.5rem; }
.summary ul { margin: 0; padding-left: 1.25rem; }
.summary a { color: var(--bad); }
.note { border-left: 4px solid var(--accent); padding-left: .75rem; }
.done { color: var(--good); }
button { font: inherit; font-weight: 600; width: 100%; padding: .7rem 1rem; border: 0; border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); cursor: pointer; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
footer { color: var(--muted); font-size: .9rem; margin-top: 1.25rem; padding: 0 .25rem; }
`;

/** A style inside a page, and how the page's security policy names it. */
export interface InlineStyle {
  element: Html;
  /** For `style-src`, quotes included. */
  source: string;
}

/** Built without a template, because the hash covers every character between the tags. */
export function inlineStyle(css: string): InlineStyle {
  const hash = createHash('sha256').update(css).digest('base64');
  return { element: new Html(`<style>${css}</style>`), source: `'sha256-${hash}'` };
}
