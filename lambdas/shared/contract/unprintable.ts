/**
 * Characters that change how other text is shown: controls (ANSI sequences begin with one), bidirectional controls,
 * line and paragraph separators, and characters without a width. Names do not have them, and whoever prints data
 * escapes them.
 */
export const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;
