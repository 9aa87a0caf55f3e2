/** Colours of one appearance; each pair of ink and ground has a contrast of at least 4.5 to 1. */
interface Theme {
  readonly paper: string;
  readonly ink: string;
  readonly quiet: string;
  readonly box: string;
  readonly boxLine: string;
  readonly node: string;
  readonly nodeLine: string;
  readonly closed: string;
  readonly closedLine: string;
  readonly open: string;
  readonly openLine: string;
  readonly bare: string;
  readonly bareLine: string;
  readonly mtls: string;
  readonly plain: string;
  readonly route: string;
  readonly unknown: string;
}

const LIGHT: Theme = {
  paper: '#ffffff',
  ink: '#1c2529',
  quiet: '#4a5a62',
  box: '#f5f7f8',
  boxLine: '#b0bec5',
  node: '#e6ebee',
  nodeLine: '#546e7a',
  closed: '#e3f3e5',
  closedLine: '#2e7d32',
  open: '#fff0d9',
  openLine: '#b55300',
  bare: '#fde7ea',
  bareLine: '#b71c1c',
  mtls: '#37474f',
  plain: '#b71c1c',
  route: '#0d5bab',
  unknown: '#6a1b9a',
};

const DARK: Theme = {
  paper: '#0d1117',
  ink: '#e8edf0',
  quiet: '#aebac1',
  box: '#161c23',
  boxLine: '#3f4b54',
  node: '#263039',
  nodeLine: '#90a4ae',
  closed: '#15301c',
  closedLine: '#66bb6a',
  open: '#3b2810',
  openLine: '#ffa94d',
  bare: '#3d1a1f',
  bareLine: '#ff8a80',
  mtls: '#b0bec5',
  plain: '#ff8a80',
  route: '#6cb6ff',
  unknown: '#d0a2f7',
};

/** Shapes and fonts: nothing here is said by colour alone. */
const SHAPES = [
  '.picture text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;font-size:11px}',
  '.picture .box-name,.picture .name{font-size:14px;font-weight:600}',
  '.picture .name,.picture .below{text-anchor:middle}',
  '.node .shape{stroke-width:1.5}',
  '.node.open .shape{stroke-width:3.5}',
  '.node.not-enforced .shape{stroke-dasharray:6 3}',
  '.badge text{font-size:10px;font-weight:600}',
  '.badge path{fill:none;stroke-width:1.4}',
  '.line path{fill:none;stroke-width:1.5}',
  '.line.plain path.way{stroke-dasharray:6 4}',
  '.line.unknown path.way{stroke-dasharray:1 3;stroke-width:2}',
  '.line.way-in path.way{stroke-width:3.5}',
  '.line.route path.way{stroke-dasharray:10 4}',
  '.line.route-closed path.way{stroke-dasharray:2 5}',
  '.line text{text-anchor:middle}',
  '.line text,.picture .box-name{paint-order:stroke;stroke-width:3px;stroke-linejoin:round}',
].join('');

/** Styles of the picture for light mode, dark mode and print; without CSS variables, which many SVG renderers do not support. */
export const PICTURE_STYLE = `${SHAPES}${rules(LIGHT)}@media screen and (prefers-color-scheme:dark){${rules(DARK)}}`;

function lineRule(kind: string, colour: string): string {
  return `.line.${kind} path{stroke:${colour}}.line.${kind} .head{fill:${colour};stroke:none}`;
}

function rules(theme: Theme): string {
  return [
    `.picture .paper{fill:${theme.paper}}`,
    `.picture text{fill:${theme.ink}}.picture .below,.picture .note{fill:${theme.quiet}}`,
    `.picture .box{fill:${theme.box};stroke:${theme.boxLine}}`,
    `.node .shape{fill:${theme.node};stroke:${theme.nodeLine}}`,
    `.node.denied-by-default .shape{fill:${theme.closed};stroke:${theme.closedLine}}`,
    `.node.open .shape{fill:${theme.open};stroke:${theme.openLine}}`,
    `.node.not-enforced .shape{fill:${theme.bare};stroke:${theme.bareLine}}`,
    `.badge rect{fill:none;stroke:${theme.quiet}}.badge path{stroke:${theme.ink}}`,
    `.badge.loose rect{fill:${theme.ink};stroke:${theme.ink}}.badge.loose path{stroke:${theme.paper}}.picture .badge.loose text{fill:${theme.paper}}`,
    `.line text{stroke:${theme.paper}}.picture .box-name{stroke:${theme.box}}`,
    ...(['mtls', 'plain', 'route', 'unknown'] as const).map((kind) => lineRule(kind, theme[kind])),
    lineRule('route-open', theme.route),
    lineRule('route-closed', theme.route),
  ].join('');
}
