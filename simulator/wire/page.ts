import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; --ink: #16191f; --paper: #fff; --ground: #f2f3f3; --line: #879596; --accent: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ebed; --paper: #1b232d; --ground: #0f1b2a; --line: #7d8998; --accent: #6cb4ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header { background: #16191f; color: #fff; padding: 0.75rem 1.5rem; }
header a { color: #fff; text-decoration: none; font-weight: 600; }
main { max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 0.5rem; padding: 1rem 1.5rem 1.5rem; margin-bottom: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 0.5rem; }
label, legend { display: block; font-weight: 600; margin-top: 1rem; }
label.check { font-weight: 400; } .row { display: flex; flex-wrap: wrap; gap: 0 0.5rem; align-items: end; } .row label { flex: 1 1 12rem; } .row input { font-weight: 400; }
select, input[type="text"], input[type="number"], textarea { width: 100%; font: inherit; padding: 0.5rem; border: 1px solid var(--line); border-radius: 0.25rem; background: var(--paper); color: inherit; }
textarea { font-family: ui-monospace, monospace; font-size: 0.8rem; }
button { font: inherit; font-weight: 600; margin-top: 1.25rem; padding: 0.5rem 1.25rem; border: 1px solid var(--accent); border-radius: 1.25rem; background: var(--accent); color: var(--paper); cursor: pointer; }
button.quiet { margin-right: 0.5rem; background: transparent; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
small { display: block; } a { color: var(--accent); } li { margin-bottom: 0.5rem; overflow-wrap: anywhere; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } }
`;

/** Allows no script and only the built-in style. Forms may post anywhere, because the seller may be anywhere. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`;

const ESCAPES = new Map(Object.entries({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }));
export const escape = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES.get(character) ?? character);

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Marketplace simulator</title>
<style>${STYLE}</style>
</head>
<body>
<header><a href="/">Marketplace simulator</a></header>
<main>
<h1>${escape(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

export const problemPage = (message: string) =>
  page('The request was not accepted', `<section><p>${escape(message)}</p><p><a href="/">Back</a></p></section>`);
