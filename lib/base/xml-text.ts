import { escapeHtml } from './escape-html';
import { visibleText } from './visible-text';

/** Halves of a character pair without the other half, and the two code points that XML 1.0 forbids beside controls. */
const FORBIDDEN = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g;

/** A name as it may stand in SVG and HTML, in elements and in attributes: what XML forbids or nobody sees becomes an escape. */
export function xmlText(text: string): string {
  const whole = text.replace(FORBIDDEN, (found) => `\\u${found.charCodeAt(0).toString(16)}`);
  return escapeHtml(visibleText(whole));
}
