import { checkFiles } from '../../../lib/check';
import { connectionSettingsIn } from '../../../lib/upstream/istio/connection-settings';
import { Target } from '../../../lib/upstream/releases/target';
import { decide, deployment, meshConfig, namespace, policy, service } from '../access/objects';

const CONFIG = 'proxy.istio.io/config';
const admin = policy({
  action: 'DENY',
  rules: [{ to: [{ operation: { paths: ['/admin*', '/a/b'], ports: ['80'] } }] }],
});

/** What `client` may do with `server`, whose proxy has these settings, in a mesh with those. */
function verdictOf(
  path: string,
  {
    own,
    mesh = {},
    istio = '1.31',
    asGateway = false,
  }: {
    own?: string;
    mesh?: object;
    istio?: string;
    asGateway?: boolean;
  },
): string {
  const annotations: Record<string, string> = own === undefined ? {} : { [CONFIG]: own };
  if (asGateway) annotations['inject.istio.io/templates'] = 'gateway';
  const manifests = [
    namespace('shop'),
    deployment('client'),
    deployment('server', { annotations }),
    service('server', [{ name: 'http', port: 80 }]),
    meshConfig(mesh),
    admin,
  ];
  return decide(manifests, { port: 80, method: 'GET', path }, { target: Target.of({ istio }) }).verdict;
}

const settings = (text: string) => `connectionSettings: {${text}}`;
const merging = { pathNormalization: { normalization: 'MERGE_SLASHES' } };
const decoding = { pathNormalization: { normalization: 'DECODE_AND_MERGE_SLASHES' } };
const ofMesh = (own: object, rest: object = {}) => ({ ...rest, defaultConfig: { connectionSettings: own } });

describe('what a proxy makes of slashes', () => {
  test.each([
    ['the mesh merges', '//admin', { mesh: merging }, 'denied'],
    ['the proxy does not', '//admin', { mesh: merging, own: settings('httpMergeSlashes: false') }, 'allowed'],
    [
      'in the other spelling',
      '//admin',
      { mesh: merging, own: 'connection_settings: {http_merge_slashes: false}' },
      'allowed',
    ],
    ['the proxy merges, the mesh does not', '//admin', { own: settings('httpMergeSlashes: true') }, 'denied'],
    ['the mesh has it for all proxies', '//admin', { mesh: ofMesh({ httpMergeSlashes: true }) }, 'denied'],
    [
      "the annotation replaces the mesh's settings as a whole",
      '//admin',
      { mesh: ofMesh({ httpMergeSlashes: true }), own: settings('httpIdleTimeout: 5s') },
      'allowed',
    ],
    [
      'an annotation about something else replaces nothing',
      '//admin',
      { mesh: ofMesh({ httpMergeSlashes: true }), own: 'concurrency: 2' },
      'denied',
    ],
    [
      'before 1.31 nobody knows the settings',
      '//admin',
      { istio: '1.30', mesh: merging, own: settings('httpMergeSlashes: false') },
      'denied',
    ],
    ['a text is not a setting', '//admin', { own: settings('httpMergeSlashes: "true"') }, 'allowed'],
    ['EDGE is for gateways', '//admin', { own: settings('profile: EDGE') }, 'allowed'],
    ['EDGE at a gateway', '//admin', { own: settings('profile: EDGE'), asGateway: true }, 'denied'],
    ['EDGE by its number', '//admin', { own: settings('profile: 1'), asGateway: true }, 'denied'],
    [
      'EDGE leaves what is said',
      '//admin',
      { own: settings('profile: EDGE, httpMergeSlashes: false'), asGateway: true },
      'allowed',
    ],
    ['escaped slashes stay', '/a%2fb', {}, 'allowed'],
    ['the mesh decodes', '/a%2fb', { mesh: decoding }, 'denied'],
    [
      'the proxy keeps',
      '/a%2fb',
      { mesh: decoding, own: settings('httpPathWithEscapedSlashesAction: KEEP_UNCHANGED') },
      'allowed',
    ],
    [
      'the proxy decodes',
      '/a%2fb',
      { own: settings('httpPathWithEscapedSlashesAction: UNESCAPE_AND_FORWARD') },
      'denied',
    ],
    ['by number', '/a%2fb', { own: settings('httpPathWithEscapedSlashesAction: 4') }, 'denied'],
    [
      '0 leaves it to the mesh',
      '/a%2fb',
      { mesh: decoding, own: settings('httpPathWithEscapedSlashesAction: 0') },
      'denied',
    ],
    ['the proxy refuses', '/x%2fy', { own: settings('httpPathWithEscapedSlashesAction: REJECT_REQUEST') }, 'denied'],
    ['EDGE decodes at a gateway', '/a%2fb', { own: settings('profile: EDGE'), asGateway: true }, 'denied'],
    ['normal form is the mesh’s alone', '/x/../admin', { own: settings('httpMergeSlashes: false') }, 'denied'],
  ] as const)('%s', (_, path, given, expected) => {
    expect(verdictOf(path, given)).toBe(expected);
  });

  test('null is no setting', () => {
    expect(connectionSettingsIn({ connectionSettings: null })).toBeUndefined();
    expect(connectionSettingsIn({ connectionSettings: { httpMergeSlashes: null } })?.mergeSlashes).toBeUndefined();
  });
});

describe('path-settings-weakened', () => {
  const pods = (own: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: shop}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}, annotations: {${CONFIG}: '${own}'}}, spec: {containers: [{name: a, image: "a:1.0.0"}]}}}\n`;
  const mesh = (config: object) => `${JSON.stringify({ meshConfig: config })}\n`;
  const paths = (field: string, app = 'a') =>
    `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: {selector: {matchLabels: {app: ${app}}}, rules: [{to: [{operation: {${field}, ports: ["80"]}}]}]}\n`;
  const found = (texts: readonly string[], istio = '1.31') =>
    checkFiles(
      texts.map((text, index) => ({ file: `${index}.yaml`, text })),
      { rules: ['path-settings-weakened'], target: { istio } },
    ).map(({ pointer, found: text }) => `${pointer}: ${text}`);
  const weak = pods(settings('httpMergeSlashes: false'));

  test('names the annotation and what is missing', () => {
    expect(found([mesh(merging), weak, paths('paths: [/x*]')])).toEqual([
      '/spec/template/metadata/annotations/proxy.istio.io~1config: the proxy of a does not merge slashes, which pathNormalization requires, and a policy for it matches paths',
    ]);
  });

  test('names the mesh’s own setting once', () => {
    const both = {
      ...decoding,
      defaultConfig: { connectionSettings: { httpPathWithEscapedSlashesAction: 'KEEP_UNCHANGED' } },
    };
    const other = pods('concurrency: 2');
    expect(found([mesh(both), other, other.replace('name: a,', 'name: b,'), paths('notPaths: [/x*]')])).toEqual([
      '/meshConfig/defaultConfig/connectionSettings: the proxy of a leaves escaped slashes as they are, which pathNormalization requires, and a policy for it matches paths',
    ]);
  });

  test.each([
    ['no policy matches paths', [mesh(merging), weak, paths('methods: [GET]')], '1.31'],
    ['the policy is for other pods', [mesh(merging), weak, paths('paths: [/x]', 'b')], '1.31'],
    ['the mesh does not merge either', [mesh({}), weak, paths('paths: [/x]')], '1.31'],
    ['the release does not know the settings', [mesh(merging), weak, paths('paths: [/x]')], '1.30'],
    [
      'the proxy refuses what the mesh would decode',
      [mesh(decoding), pods(settings('httpPathWithEscapedSlashesAction: REJECT_REQUEST')), paths('paths: [/x]')],
      '1.31',
    ],
  ])('says nothing if %s', (_, texts, istio) => {
    expect(found(texts, istio)).toEqual([]);
  });
});
