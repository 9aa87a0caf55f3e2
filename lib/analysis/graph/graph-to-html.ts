import { escapeHtml } from '../../base/escape-html';
import type { AccessGraph } from './access-graph';
import { graphToSvg } from './graph-to-svg';

/** The picture as a page to open: pointing at a service shows only what concerns it, a click keeps it so, names can be searched. */
export function graphToHtml(graph: AccessGraph): string {
  const rows = graph.edges.map(({ from, to, detail, transport }) => {
    const cells = [from, to, detail, transport ?? ''].map((text) => `<td>${escapeHtml(text)}</td>`);
    return `<tr data-from="${escapeHtml(from)}" data-to="${escapeHtml(to)}">${cells.join('')}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Who may call whom</title><style>${STYLE}</style></head>
<body>
<header><h1>Who may call whom</h1><input id="search" type="search" placeholder="find a service" aria-label="find a service"></header>
<main>${graphToSvg(graph)}</main>
<table><thead><tr><th>caller</th><th>callee</th><th>on condition</th><th>transport</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const STYLE = [
  'body{margin:0;font:14px system-ui,sans-serif;color:#263238}',
  'header{display:flex;gap:24px;align-items:center;padding:12px 24px;position:sticky;top:0;background:#fff;border-bottom:1px solid #cfd8dc}',
  'h1{font-size:18px;margin:0}input{font:inherit;padding:4px 8px;width:280px}',
  'main{overflow:auto}',
  'table{border-collapse:collapse;margin:24px}td,th{text-align:left;padding:3px 12px;border-bottom:1px solid #eceff1;vertical-align:top;white-space:pre-line}',
  '.focus [data-node]:not(.on),.focus [data-from]:not(.on){opacity:.1}.focus tr[data-from]:not(.on){display:none}',
  '.focus .dense .edge.on path{stroke-opacity:1}',
  '[data-node]{cursor:pointer}',
].join('');

/** Reads nothing but the attributes of the elements, so names from manifests are never taken for code. */
const SCRIPT = `
(function () {
  var nodes = document.querySelectorAll('[data-node]'), lines = document.querySelectorAll('[data-from]'), kept = null;
  function show(match) {
    document.body.classList.toggle('focus', !!match);
    var seen = {};
    lines.forEach(function (l) {
      var on = !!match && (match(l.dataset.from) || match(l.dataset.to));
      l.classList.toggle('on', on);
      if (on) { seen['$' + l.dataset.from] = seen['$' + l.dataset.to] = true; }
    });
    nodes.forEach(function (n) { n.classList.toggle('on', !!match && (match(n.dataset.node) || !!seen['$' + n.dataset.node])); });
  }
  function only(id) { return function (name) { return name === id; }; }
  nodes.forEach(function (n) {
    n.addEventListener('mouseenter', function () { if (!kept) show(only(n.dataset.node)); });
    n.addEventListener('mouseleave', function () { if (!kept) show(null); });
    n.addEventListener('click', function () { kept = kept === n ? null : n; show(kept && only(n.dataset.node)); });
  });
  document.getElementById('search').addEventListener('input', function (e) {
    var text = e.target.value.trim().toLowerCase();
    kept = null;
    show(text && function (name) { return name.toLowerCase().indexOf(text) >= 0; });
  });
})();
`;
