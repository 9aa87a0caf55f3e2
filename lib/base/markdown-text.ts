import { visibleText } from './visible-text';

/**
 * A value as one piece of a line of Markdown that shows just this text: no heading, link, picture, HTML or table cell of its own,
 * and nobody mentioned. GitHub looks for mentions, addresses and numbers of issues after escapes are undone, so a comment of
 * HTML goes between their parts.
 */
export function markdownText(text: string): string {
  return visibleText(text)
    .replace(/[\\|*_<>`~[\]!#+-]/g, '\\$&')
    .replace(/\s+/g, ' ')
    .replace(/@|\\#(?=\d)|:(?=\/\/)|\bwww(?=\.)/gi, '$&<!-- -->');
}
