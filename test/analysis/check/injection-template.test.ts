import { checkFiles } from '../../../lib/check';

const TEMPLATE = `spec:
            volumes:
              - name: workload-socket
                hostPath: {path: /run/tbot/sockets, type: Directory}
`;
const operator = `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: istio, namespace: istio-system}
spec:
  values:
    sidecarInjectorWebhook:
      templates:
        spire: |
          ${TEMPLATE}`;
const values = `meshConfig: {trustDomain: example.teleport.sh}
sidecarInjectorWebhook:
      templates:
        spire: |
          ${TEMPLATE}`;

test('the same template in an IstioOperator and in Helm values is looked at in both', () => {
  const files = [
    { file: 'istio-operator.yaml', text: operator },
    { file: 'values-istiod.yaml', text: values },
  ];
  const found = checkFiles(files, { rules: ['hostpath-socket'] }).map(({ location }) => location.file);
  expect(found).toEqual(['istio-operator.yaml', 'values-istiod.yaml']);
});
