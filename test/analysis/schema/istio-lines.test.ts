import { validateStrictly } from '../../../lib/check';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { Target } from '../../../lib/upstream/releases/target';

/** Pointers of fields that a release does not know. */
function unknown(text: string, istio: string): readonly string[] {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  return manifests.all
    .filter(({ container }) => !container)
    .flatMap((manifest) => validateStrictly(manifest, Target.of({ istio })))
    .flatMap((violation) => (violation.type === 'unknown-field' ? [violation.pointer] : []));
}

const istio = (group: string, kind: string, spec: string) =>
  `apiVersion: ${group}.istio.io/v1\nkind: ${kind}\nmetadata: {name: a, namespace: shop}\nspec: ${spec}\n`;
const rule = (trafficPolicy: string) =>
  istio('networking', 'DestinationRule', `{host: a, trafficPolicy: ${trafficPolicy}}`);
const gateway = (tls: string) =>
  istio(
    'networking',
    'Gateway',
    `{servers: [{hosts: ['*'], port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: a, ${tls}}}]}`,
  );
const operator = (spec: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: a}\nspec: ${spec}\n`;

test.each([
  ['1.31', 'http2KeepAlive', rule('{connectionPool: {http: {http2KeepAlive: {interval: 5s}}}}')],
  ['1.31', 'budgetInterval', rule('{retryBudget: {percent: 20, budgetInterval: 10s}}')],
  ['1.31', 'zoneAwareLbSetting', rule('{loadBalancer: {zoneAwareLbSetting: {}}}')],
  ['1.31', 'outlierDetectionHttpErrorCodes', rule('{outlierDetection: {outlierDetectionHttpErrorCodes: []}}')],
  ['1.31', 'insecureSkipVerify', gateway('insecureSkipVerify: true')],
  [
    '1.31',
    'prefixRewrite',
    istio(
      'networking',
      'VirtualService',
      '{hosts: [a], http: [{match: [{uri: {prefix: /a}}], redirect: {prefixRewrite: /b}}]}',
    ),
  ],
  ['1.31', 'serviceEntryVisibility', operator('{meshConfig: {serviceEntryVisibility: {}}}')],
  ['1.31', 'defaultTrafficPolicy', operator('{meshConfig: {defaultTrafficPolicy: {}}}')],
  ['1.31', 'connectionSettings', operator('{meshConfig: {defaultConfig: {connectionSettings: {}}}}')],
  ['1.32', 'ecdhCurves', gateway('ecdhCurves: [X25519]')],
  ['1.32', 'defaultInboundHttpRetryPolicy', operator('{meshConfig: {defaultInboundHttpRetryPolicy: {}}}')],
  [
    '1.32',
    'presence',
    istio('security', 'RequestAuthentication', '{jwtRules: [{issuer: a, jwks: "{}", presence: REQUIRED}]}'),
  ],
])('Istio %s brings the field %s', (since, field, text) => {
  const before = since === '1.31' ? '1.30.7' : '1.31.4';

  expect(unknown(text, before).some((pointer) => pointer.endsWith(`/${field}`))).toBe(true);
  expect(unknown(text, since)).toEqual([]);
});

test('values that 1.31 brings are known', () => {
  expect(unknown(operator('{values: {global: {readerServiceAccount: {name: a}}}}'), '1.31')).toEqual([]);
});
