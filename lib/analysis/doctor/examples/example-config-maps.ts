import type { JsonObject } from '../../../base/json';
import { ISTIO_NAMESPACE } from '../../../upstream/istio/mesh-config';
import { SOCKET_FILE_VARIABLE } from '../../../upstream/istio/proxy-volumes';
import { DEFAULT_RELEASES } from '../../../upstream/releases/default-releases';
import { EXAMPLE_CERTIFICATES } from './example-certificates';
import { object } from './object';

/** The trust domain of the example. */
export const EXAMPLE_TRUST_DOMAIN = 'example.teleport.sh';

/** The overlay that gives pods the socket, as the injector has it. */
const INJECTOR = `policy: enabled
defaultTemplates: [sidecar]
templates:
  sidecar: |
    spec:
      containers:
        - name: istio-proxy
          image: docker.io/istio/proxyv2:${DEFAULT_RELEASES.istio}
  spire: |
    spec:
      volumes:
        - name: workload-socket
          csi: {driver: csi.spiffe.io, readOnly: true}
`;

/** tbot's configuration in the example. */
export const EXAMPLE_TBOT_CONFIG = `version: v2
proxy_server: ${EXAMPLE_TRUST_DOMAIN}:443
diag_addr: 0.0.0.0:3001
onboarding: {join_method: kubernetes, token: istio-tbot-k8s-join}
services:
  - type: workload-identity-api
    listen: unix:///run/tbot/sockets/workload.sock
    selector: {name: istio-workloads}
    attestors: {kubernetes: {enabled: true}}
`;

/** ConfigMaps of the example, with another configuration of tbot where one is given. */
export function exampleConfigMaps(tbot: string = EXAMPLE_TBOT_CONFIG): readonly JsonObject[] {
  const mesh = `trustDomain: ${EXAMPLE_TRUST_DOMAIN}
defaultConfig: {proxyMetadata: {${SOCKET_FILE_VARIABLE}: workload.sock}}
`;
  return [
    object('v1', 'ConfigMap', 'istio', { data: { mesh } }, ISTIO_NAMESPACE),
    object('v1', 'ConfigMap', 'istio-sidecar-injector', { data: { config: INJECTOR, values: '{}' } }, ISTIO_NAMESPACE),
    object(
      'v1',
      'ConfigMap',
      'istio-ca-root-cert',
      { data: { 'root-cert.pem': EXAMPLE_CERTIFICATES.istiod } },
      ISTIO_NAMESPACE,
    ),
    object('v1', 'ConfigMap', 'tbot', { data: { 'tbot.yaml': tbot } }, 'teleport-system'),
  ];
}
