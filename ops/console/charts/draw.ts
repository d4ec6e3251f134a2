import type * as Plots from '@observablehq/plot';
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';

type PlotOptions = NonNullable<Parameters<typeof Plots.plot>[0]>;

/** Small enough to stay readable on a phone, where it is made smaller. */
export interface Size {
  width: number;
  height: number;
}

/** A picture at its own address, so that the page's policy allows no inline style for it. */
export interface Drawing extends Size {
  options(plot: typeof Plots): PlotOptions;
}

/** The browser tells a picture whether the page around it is dark. Colours have a contrast of 3 : 1 on both. */
const THEME = `svg { color: #1b1f24; font-size: 13px; } @media (prefers-color-scheme: dark) { svg { color: #e6edf3; } }`;

export const COLOURS = {
  used: '#8250df',
  covered: '#2a8f4d',
  billed: '#3a7bd5',
  carried: '#b07415',
  lost: '#d1453b',
  waiting: '#7d8794',
} as const;

/** A time in UTC below an axis: the day at midnight, otherwise the hour, as everywhere here. */
export function timeTick(time: Date): string {
  const text = time.toISOString();
  if (text.slice(11, 16) !== '00:00') return text.slice(11, 16);
  return text.slice(5, 10) === '01-01' ? text.slice(0, 4) : text.slice(5, 10);
}

/** Draws on the server. The library is loaded with the first picture, because it takes longer than a page. */
export async function draw({ width, height, options }: Drawing): Promise<string> {
  const plot = await import('@observablehq/plot');
  const document = new DOMImplementation().createDocument('http://www.w3.org/2000/svg', 'svg', null);
  const drawn = plot.plot({
    width,
    height,
    // Plot creates elements, sets attributes and appends, and asks nothing else of a document.
    document: document as unknown as NonNullable<PlotOptions['document']>,
    ...options(plot),
  });
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.appendChild(document.createTextNode(THEME));
  const picture = drawn as unknown as Parameters<XMLSerializer['serializeToString']>[0];
  picture.appendChild(style);
  return new XMLSerializer().serializeToString(picture);
}
