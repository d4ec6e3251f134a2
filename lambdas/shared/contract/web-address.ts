import * as z from 'zod';
import { isLoopback } from './loopback';

/**
 * An address that buyers' browsers open. A one-time code or a click would travel in clear text over http. A name and
 * password before the host are shown to everybody who opens the page.
 */
export const webAddress = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((text) => !hasUserinfo(new URL(text)), 'remove the name and the password before the host')
  .refine((text) => isPrivate(new URL(text)), 'use https: over http, everybody on the way reads it');

const hasUserinfo = ({ username, password }: URL) => username !== '' || password !== '';
const isPrivate = ({ protocol, hostname }: URL) => protocol === 'https:' || isLoopback(hostname);
