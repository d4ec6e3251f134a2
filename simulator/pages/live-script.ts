/**
 * The only script: it loads the page again each second and changes in place what is new, so that focus, selection and
 * scroll position stay. It waits while a field has the focus. A field that was edited keeps its value, because only its
 * attributes change. It creates no markup: a page comes from the simulator with every value escaped.
 */
export const LIVE_SCRIPT = `'use strict';
const PAUSE_MS = 1000;
const isField = (node) => node instanceof Element && node.matches('input, select, textarea');
/** Rows of a table are known by their first link: a new one moves the others and replaces none. */
const keyOf = (node) => {
  if (!(node instanceof Element)) return '';
  return node.matches('tr') ? (node.querySelector('a')?.getAttribute('href') ?? '') : node.id;
};

function renew(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  renewChildren(old, fresh);
}

function renewChildren(old, fresh) {
  const wantedKeys = new Set([...fresh.children].map(keyOf));
  const kept = new Map();
  for (const child of [...old.children]) {
    const key = keyOf(child);
    if (key === '') continue;
    if (wantedKeys.has(key)) kept.set(key, child);
    else child.remove();
  }
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    const candidate = key === '' ? at : kept.get(key);
    const isSame = candidate?.nodeName === wanted.nodeName && keyOf(candidate) === key;
    if (!isSame) {
      old.insertBefore(document.importNode(wanted, true), at);
      continue;
    }
    if (candidate === at) at = at.nextSibling;
    else old.insertBefore(candidate, at);
    renew(candidate, wanted);
  }
  while (at !== null) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

async function look() {
  if (document.hidden || isField(document.activeElement)) return;
  try {
    const answer = await fetch(location.href);
    const text = await answer.text();
    if (!answer.ok || isField(document.activeElement)) return;
    renew(document.body, new DOMParser().parseFromString(text, 'text/html').body);
  } catch {
    const place = document.querySelector('.place');
    if (place !== null) place.textContent = 'The simulator does not answer.';
  }
}

const again = () => setTimeout(() => look().finally(again), PAUSE_MS);
again();
`;
