import { existsSync } from 'node:fs';

/** Where Debian, Ubuntu, macOS and a variable put Chromium. */
const PLACES = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Undefined where no browser is installed. */
export const CHROMIUM_PATH = PLACES.find((place) => place !== '' && existsSync(place));

/** The sandbox needs privileges that containers lack. The pages are our own. */
export const CHROMIUM_ARGUMENTS = ['--no-sandbox', '--disable-gpu'];

export const NO_CHROMIUM = 'Install Chromium (`apt-get install chromium`), or name it in CHROMIUM_PATH.';
