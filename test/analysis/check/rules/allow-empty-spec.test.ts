import { check } from '../../../../lib/check';
import { readManifests } from '../../../../lib/model/documents/read-manifests';

function policy(name: string, spec: string, namespace = 'shop'): string {
  const metadata = `metadata: { name: ${name}, namespace: ${namespace} }`;
  return `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\n${metadata}\nspec: ${spec}\n`;
}

function reported(...policies: readonly string[]): readonly (string | undefined)[] {
  const { manifests } = readManifests([{ file: 'policies.yaml', text: policies.join('---\n') }]);
  return check(manifests, { rules: ['allow-empty-spec'] }).map(({ resource }) => resource?.name);
}

const FOR_WEB = '{ selector: { matchLabels: { app: web } } }';

test('an empty policy for some pods is not a surprise in a namespace that is closed on purpose', () => {
  expect(reported(policy('deny-by-default', '{}'), policy('web', FOR_WEB))).toEqual([]);
});

test('it is one where nothing else closes the namespace', () => {
  expect(reported(policy('web', FOR_WEB))).toEqual(['web']);
  expect(reported(policy('deny-by-default', '{}', 'other'), policy('web', FOR_WEB))).toEqual(['web']);
  expect(reported(policy('deny-some', FOR_WEB), policy('web', FOR_WEB))).toEqual(['web']);
});

test('a second empty policy for the whole namespace is one too', () => {
  expect(reported(policy('deny-by-default', '{}'), policy('web', '{}'))).toEqual(['web']);
});
