/**
 * What pages do in a browser. It reads numbers from attributes, and names as text only, so names from manifests are never
 * taken for code or markup.
 */
export const PAGE_SCRIPT = `
(function () {
  'use strict';
  var $ = function (id) { return document.getElementById(id); };
  var all = function (selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); };
  var names = JSON.parse($('names').textContent);
  var rows = all('#calls tbody tr').map(function (row) {
    var also = row.dataset.also ? row.dataset.also.split(' ').map(Number) : [];
    var ends = [Number(row.dataset.from), Number(row.dataset.to)].concat(also);
    return { row: row, ends: ends, text: (row.textContent + ' ' + also.map(function (n) { return names[n]; }).join(' ')).toLowerCase() };
  });
  var views = all('.view'), nodes = all('.view .node[data-node]'), lines = all('.view .line[data-from]');
  var byNumber = {};
  nodes.forEach(function (node) { byNumber[views.indexOf(node.closest('.view')) + ' ' + node.dataset.node] = node; });
  var OPEN = 'open', FIT = 'fit';
  var chooser = $('pictures'), search = $('search'), selected = -1;

  function update() {
    var query = search.value.trim().toLowerCase(), shown = 0, seen = {};
    rows.forEach(function (r) {
      var on = (selected < 0 || r.ends.indexOf(selected) >= 0) && r.text.indexOf(query) >= 0;
      r.row.hidden = !on;
      if (!on) return;
      shown++;
      // Of a row for many callers, only the one that was asked for is meant.
      r.ends.forEach(function (n, at) { if (at < 2 || n === selected) seen[n] = true; });
    });
    names.forEach(function (name, n) { if (query && name.toLowerCase().indexOf(query) >= 0) seen[n] = true; });
    var narrowed = selected >= 0 || query !== '';
    var only = {};
    if (selected >= 0) seen[selected] = only[selected] = true;
    document.body.classList.toggle('focused', narrowed);
    nodes.forEach(function (node) {
      var n = Number(node.dataset.node);
      node.classList.toggle('on', hasOne(node, seen));
      if (node.hasAttribute('aria-pressed')) node.setAttribute('aria-pressed', String(n === selected));
    });
    lines.forEach(function (line) {
      var view = line.closest('.view'), from = nodeOf(view, line.dataset.from), to = nodeOf(view, line.dataset.to);
      var touches = selected < 0 || hasOne(from, only) || hasOne(to, only) || (line.dataset.also || '').split(' ').indexOf(String(selected)) >= 0;
      line.classList.toggle('on', narrowed && touches && hasOne(from, seen) && hasOne(to, seen));
    });
    $('selection').hidden = selected < 0;
    $('selected').textContent = selected < 0 ? '' : names[selected];
    $('count').textContent = narrowed ? shown + ' of ' + rows.length + ' listed' : rows.length + ' listed';
  }
  // A node stands for itself or for all that is in it.
  function hasOne(node, wanted) {
    return !!node && (node.dataset.node + ' ' + (node.dataset.inside || '')).split(' ').some(function (n) { return n !== '' && wanted[n]; });
  }
  function nodeOf(view, number) {
    return byNumber[views.indexOf(view) + ' ' + number];
  }
  function select(n) { selected = selected === n ? -1 : n; update(); }
  function activate(node) {
    var n = Number(node.dataset.node);
    var at = views.findIndex(function (view) { return view.dataset.opens === String(n); });
    if (at >= 0) show(at); else select(n);
  }
  nodes.forEach(function (node) {
    node.addEventListener('click', function () { if (!moved) activate(node); });
    node.addEventListener('keydown', function (event) {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); activate(node); }
    });
  });
  document.addEventListener('keydown', function (event) { if (event.key === 'Escape') { selected = -1; search.value = ''; update(); } });
  $('clear').addEventListener('click', function () { selected = -1; update(); search.focus(); });
  search.addEventListener('input', update);

  function show(at) {
    views.forEach(function (view, index) { view.hidden = index !== at; });
    if (chooser) chooser.value = String(at);
    zoom(views[at], OPEN);
    views[at].focus({ preventScroll: true });
  }
  if (chooser) chooser.addEventListener('change', function () { show(Number(chooser.value)); });

  function zoom(view, factor, x, y) {
    var svg = view.querySelector('svg');
    if (!svg) return;
    var box = svg.viewBox.baseVal, wide = view.clientWidth / box.width;
    var high = (parseFloat(getComputedStyle(view).maxHeight) || view.clientHeight) / box.height;
    var fit = Math.min(wide, high, 1.25);
    // A deep picture opens so that its words can be read, with the rest below; Fit shows all of it.
    var opened = Math.min(wide, 1.25, Math.max(high, 0.65));
    var before = svg.clientWidth / box.width || fit;
    var scale = factor === OPEN ? opened : factor === FIT ? fit : Math.min(4, Math.max(fit / 2, before * factor));
    var px = x === undefined ? view.clientWidth / 2 : x, py = y === undefined ? view.clientHeight / 2 : y;
    var left = (view.scrollLeft + px) * scale / before - px, top = (view.scrollTop + py) * scale / before - py;
    svg.style.width = box.width * scale + 'px';
    svg.style.height = box.height * scale + 'px';
    view.dataset.zoomed = factor === OPEN || factor === FIT ? factor : '';
    view.scrollLeft = left;
    view.scrollTop = top;
    showCut(view);
  }
  // Says that there is more than can be seen, and where.
  function showCut(view) {
    var below = view.scrollHeight - view.clientHeight, right = view.scrollWidth - view.clientWidth;
    view.classList.toggle('more-below', view.scrollTop < below - 2);
    view.classList.toggle('more-right', view.scrollLeft < right - 2);
    if (view === current()) $('cut').hidden = below <= 2 && right <= 2;
  }
  var FACTORS = { 'in': 1.4, out: 1 / 1.4, fit: FIT };
  function current() { return views.filter(function (view) { return !view.hidden; })[0]; }
  all('[data-zoom]').forEach(function (button) {
    button.addEventListener('click', function () { zoom(current(), FACTORS[button.dataset.zoom]); });
  });
  window.addEventListener('resize', function () { if (current() && current().dataset.zoomed) zoom(current(), current().dataset.zoomed); });

  var held = null, moved = false;
  views.forEach(function (view) {
    view.addEventListener('scroll', function () { showCut(view); });
    view.addEventListener('wheel', function (event) {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      var area = view.getBoundingClientRect();
      zoom(view, Math.exp(-event.deltaY / 300), event.clientX - area.left, event.clientY - area.top);
    }, { passive: false });
    view.addEventListener('keydown', function (event) {
      if (event.key === '+' || event.key === '=') zoom(view, 1.4);
      if (event.key === '-') zoom(view, 1 / 1.4);
      if (event.key === '0') zoom(view, FIT);
    });
    // A finger scrolls by itself.
    view.addEventListener('pointerdown', function (event) {
      moved = false;
      if (event.pointerType === 'mouse' && event.button === 0) held = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop, view: view };
    });
  });
  window.addEventListener('pointermove', function (event) {
    if (!held) return;
    var dx = event.clientX - held.x, dy = event.clientY - held.y;
    if (Math.abs(dx) + Math.abs(dy) > 4) { moved = true; held.view.classList.add('dragged'); }
    held.view.scrollLeft = held.left - dx;
    held.view.scrollTop = held.top - dy;
  });
  window.addEventListener('pointerup', function () { if (held) held.view.classList.remove('dragged'); held = null; });

  if (views.length) zoom(views[0], OPEN);
  update();
})();
`;
