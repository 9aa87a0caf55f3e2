import { createHash } from 'node:crypto';
import { visibleText } from '../../base/visible-text';
import { xmlText } from '../../base/xml-text';
import { PAGE_SCRIPT } from './page-script';
import { PAGE_STYLE } from './page-style';

/** A picture in the page, of which one is shown at a time. */
export interface PagePicture {
  /** Its name in the list of pictures. */
  readonly name: string;
  /** The number of the node that opens it; undefined for the first picture. */
  readonly opens: number | undefined;
  /** An `svg` element, or a sentence instead of it. */
  readonly content: string;
}

/** What a page shows. */
export interface PageContent {
  readonly title: string;
  /** Sentences under the title. */
  readonly notes: readonly string[];
  readonly pictures: readonly PagePicture[];
  /** Styles of the pictures. */
  readonly style: string;
  /** The table of calls. */
  readonly table: string;
  /** Names of the nodes by their numbers, for the search and the heading of a selection. */
  readonly names: readonly string[];
}

/**
 * A page in one file: no request is made, and no script runs but the page's own, which the policy in its head names by its
 * hash. So names from manifests are text, whatever they hold.
 */
export function htmlPage({ title, notes, pictures, style, table, names }: PageContent): string {
  const styles = `${PAGE_STYLE}${style}`;
  const policy = `default-src 'none'; base-uri 'none'; form-action 'none'; style-src '${hash(styles)}'; script-src '${hash(PAGE_SCRIPT)}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${xmlText(title)}</title>
<style>${styles}</style>
</head>
<body>
<header>
<a class="skip" href="#calls">Skip to the table</a>
<h1>${xmlText(title)}</h1>
<div class="tools"><label>Filter <input id="search" type="search" autocomplete="off" spellcheck="false"></label>${pictures.length > 1 ? chooser(pictures) : ''}</div>
</header>
<main>
${notes.map((note) => `<p class="note">${xmlText(note)}</p>`).join('\n')}
${pictures.length === 0 ? '' : pictureArea(pictures)}
<div id="selection" hidden><h2 id="selected"></h2><button type="button" id="clear">Show all (Esc)</button></div>
<p id="count" role="status"></p>
${table}
</main>
<script type="application/json" id="names">${JSON.stringify(names.map(visibleText)).replaceAll('<', '\\u003c')}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function chooser(pictures: readonly PagePicture[]): string {
  const options = pictures.map(({ name }, index) => `<option value="${index}">${xmlText(name)}</option>`);
  return `<label>Picture <select id="pictures">${options.join('')}</select></label>`;
}

function pictureArea(pictures: readonly PagePicture[]): string {
  const views = pictures.map(({ opens, content }, index) => {
    const opened = opens === undefined ? '' : ` data-opens="${opens}"`;
    return `<div class="view" tabindex="0" role="region" aria-label="Picture, can be scrolled"${opened}${index === 0 ? '' : ' hidden'}>${content}</div>`;
  });
  return `<section aria-label="Picture" class="stage">
<div class="zoom"><span id="cut" hidden>Only a part is shown: scroll, drag or choose Fit.</span><button type="button" data-zoom="in" aria-label="Zoom in">+</button><button type="button" data-zoom="out" aria-label="Zoom out">−</button><button type="button" data-zoom="fit">Fit</button></div>
${views.join('\n')}
</section>`;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
