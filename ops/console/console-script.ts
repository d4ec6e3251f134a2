/**
 * The only script: a button beside each text that is made for pasting, which copies it. Without it, the text can be
 * selected. It adds no markup from data.
 */
export const CONSOLE_SCRIPT = `'use strict';
for (const text of document.querySelectorAll('[data-copy]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy ' + text.dataset.copy;
  const said = document.createElement('span');
  said.className = 'muted';
  said.setAttribute('role', 'status');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      said.textContent = ' Copied.';
    } catch {
      getSelection().selectAllChildren(text);
      said.textContent = ' Selected: press Ctrl+C.';
    }
  });
  const line = document.createElement('p');
  line.append(button, said);
  text.after(line);
}
`;
