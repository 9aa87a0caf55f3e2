import { checkFiles } from '../../../../lib/check';

const POLICY = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: catalogue, namespace: shop}
spec:
  rules: [{from: [{source: {notNamespaces: [admin]}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: catalogue, namespace: shop, labels: {sidecar.istio.io/inject: "true"}}
spec:
  containers: [{name: app, image: "example.com/app:1.0.0", ports: [{containerPort: 80}]}]
`;

const check = (complete: boolean) =>
  checkFiles([{ file: 'a.yaml', text: POLICY }], { rules: ['identity-rule-with-plaintext'], complete });

test('without a PeerAuthentication it is not known whether plain text is let in, unless there is nothing else', () => {
  expect(check(false)).toEqual([]);
  expect(check(true)).toMatchObject([{ rule: 'identity-rule-with-plaintext', location: { line: 5 } }]);
});
