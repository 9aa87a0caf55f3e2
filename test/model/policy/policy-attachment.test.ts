import { readManifests } from '../../../lib/model/documents/read-manifests';
import { isSelective } from '../../../lib/model/policy/policy-attachment';

const GATEWAY = '{group: gateway.networking.k8s.io, kind: Gateway, name: web}';

test.each([
  ['{}', false],
  ['{selector: {}}', false],
  ['{selector: {matchLabels: {}}}', false],
  ['{targetRefs: []}', false],
  ['{selector: {matchLabels: {app: web}}}', true],
  [`{targetRefs: [${GATEWAY}]}`, true],
  // The older form for a single one.
  [`{targetRef: ${GATEWAY}}`, true],
])('a policy with %s names some pods: %p', (spec, expected) => {
  const text = `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: ${spec}\n`;
  const [policy] = readManifests([{ file: 'a.yaml', text }]).manifests.all;
  expect(policy && isSelective(policy)).toBe(expected);
});
