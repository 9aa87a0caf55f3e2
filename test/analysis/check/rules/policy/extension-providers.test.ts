import { checkFiles } from '../../../../../lib/check';

const found = (rule: string, providers: readonly object[]) =>
  checkFiles([{ file: 'a.yaml', text: JSON.stringify({ meshConfig: { extensionProviders: providers } }) }], {
    rules: [rule],
  }).map(({ pointer, found: text }) => `${pointer}: ${text}`);

const grpc = (settings: object) => ({ name: 'opa', envoyExtAuthzGrpc: settings });
const whole = { service: 'opa.auth.svc.cluster.local', port: 9191 };

test('every definition but the last is named, whatever kind they are', () => {
  const twice = [grpc(whole), { name: 'opa', zipkin: {} }, { name: 'other', zipkin: {} }, grpc(whole)];
  expect(found('extension-provider-twice', twice)).toEqual([
    '/meshConfig/extensionProviders/0: extension provider "opa" is defined again further down',
    '/meshConfig/extensionProviders/1: extension provider "opa" is defined again further down',
  ]);
  expect(found('extension-provider-twice', [{}, {}, grpc(whole)])).toEqual([]);
});

test.each([
  ['no service', { port: 9191 }],
  ['no service', { service: '', port: 9191 }],
  ['no port', { service: 'opa' }],
  ['the port 0', { ...whole, port: 0 }],
  ['the port 70000', { ...whole, port: 70000 }],
  [undefined, whole],
  [undefined, { ...whole, port: '$' + '{PORT}' }],
])('an authorizer with %s', (problem, settings) => {
  const at = (kind: string) => `/meshConfig/extensionProviders/0/${kind}: external authorizer "opa" has ${problem}`;
  const says = (kind: string) => (problem === undefined ? [] : [at(kind)]);
  expect(found('authorizer-incomplete', [grpc(settings)])).toEqual(says('envoyExtAuthzGrpc'));
  expect(found('authorizer-incomplete', [{ name: 'opa', envoyExtAuthzHttp: settings }])).toEqual(
    says('envoyExtAuthzHttp'),
  );
});
