import { filesBelow, REFERENCE } from '../golden/written-files';

/** One installation that was read in several ways once, with what is true of it. */
export interface Row {
  readonly files: Readonly<Record<string, string>>;
  /** Rules that find something, and rules that must not. */
  readonly finds?: readonly string[];
  readonly lacks?: readonly string[];
  /** What becomes of a request of shop/web to shop/api. */
  readonly web?: 'allowed' | 'denied';
}

/** `web` calls `api` under STRICT. */
const SHOP = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, containers: [{name: main}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec: {template: {metadata: {labels: {app: api}}, spec: {serviceAccountName: api, containers: [{name: main}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`;

const policy = (action: string, trustDomain: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: api, namespace: shop}
spec:
  action: ${action}
  rules: [{from: [{source: {principals: [${trustDomain}/ns/shop/sa/web]}}]}]
`;

const GLOBAL = 'global: {trustDomain: example.teleport.sh}\npilot: {}\n';

const operator = (spec: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: mesh, namespace: istio-system}\nspec: ${spec}\n`;

const rule = (kind: string, host: string) =>
  kind === 'DestinationRule'
    ? `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: api, namespace: shop}\nspec: {host: ${host}, trafficPolicy: {tls: {mode: DISABLE}}}\n`
    : `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: api, namespace: shop}\nspec: {hosts: [api], http: [{route: [{destination: {host: ${host}}}]}]}\n`;

const tbot = (release: string) =>
  `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: tbot, namespace: teleport-system}\nspec: {template: {spec: {containers: [{name: tbot, image: 'public.ecr.aws/gravitational/tbot-distroless:${release}'}]}}}\n`;

const identity = (attribute: string) =>
  `kind: workload_identity\nversion: v1\nmetadata: {name: istio}\nspec:\n  rules: {allow: [{conditions: [{attribute: ${attribute}, eq: {value: init}}]}]}\n  spiffe: {id: '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}'}\n`;

const values = (settings: string) => `sidecarInjectorWebhook: {}\nmeshConfig: ${settings}\n`;
const SOCKET = 'defaultConfig: {proxyMetadata: {WORKLOAD_IDENTITY_SOCKET_FILE: workload.sock}}';

/** The reference app for Helm, of whose values the mesh configuration was forgotten. */
function overlayOnly(): Readonly<Record<string, string>> {
  const files = [...filesBelow(`${REFERENCE}/dist`)].filter(
    ([file]) => file.endsWith('.yaml') && !/^variants\/|istio-operator/.test(file),
  );
  return Object.fromEntries(
    files.map(([file, text]) => [
      file,
      file.endsWith('values-istiod.yaml') ? text.replace(/^meshConfig:[\s\S]*$/m, '') : text,
    ]),
  );
}

/** By what is unusual about them. */
export const ROWS: Readonly<Record<string, Row>> = {
  'values with global.trustDomain alone, and an ALLOW for it': {
    files: { 'values-istiod.yaml': GLOBAL, 'shop.yaml': `${SHOP}---\n${policy('ALLOW', 'example.teleport.sh')}` },
    finds: ['global-trust-domain'],
    web: 'denied',
  },
  'values with global.trustDomain alone, and a DENY for it': {
    files: { 'values-istiod.yaml': GLOBAL, 'shop.yaml': `${SHOP}---\n${policy('DENY', 'example.teleport.sh')}` },
    finds: ['global-trust-domain'],
    web: 'allowed',
  },
  'values with the overlay and no meshConfig': { files: overlayOnly(), finds: ['trust-domain-mismatch'] },
  'an IstioOperator with its trust domain among the values': {
    files: {
      'operator.yaml': operator(`{meshConfig: {${SOCKET}}, values: {meshConfig: {trustDomain: example.teleport.sh}}}`),
      'shop.yaml': `${SHOP}---\n${policy('ALLOW', 'example.teleport.sh')}`,
    },
    lacks: ['trust-domain-mismatch', 'socket-name-default'],
    web: 'allowed',
  },
  'values in two layers': {
    files: {
      'values-base.yaml': values(`{${SOCKET}}`),
      'values-prod.yaml': values('{trustDomain: example.teleport.sh}'),
      'shop.yaml': `${SHOP}---\n${policy('ALLOW', 'example.teleport.sh')}`,
    },
    lacks: ['trust-domain-mismatch', 'socket-name-default'],
    web: 'allowed',
  },
  'a DestinationRule whose host has a dot and is no host': {
    files: { 'shop.yaml': `${SHOP}---\n${rule('DestinationRule', 'api.shop')}` },
    finds: ['host-not-completed'],
    lacks: ['destinationrule-tls-not-istio-mutual'],
    web: 'allowed',
  },
  'a VirtualService whose host has a dot and is no host': {
    files: { 'shop.yaml': `${SHOP}---\n${rule('VirtualService', 'api.shop')}` },
    finds: ['host-not-completed'],
  },
  'native sidecars that the operator’s own environment turns off': {
    files: {
      'operator.yaml': operator(
        '{components: {pilot: {k8s: {env: [{name: ENABLE_NATIVE_SIDECARS, value: "false"}]}}}}',
      ),
      'tbot.yaml': tbot('18.7.3'),
    },
  },
  'native sidecars that the values turn off': {
    files: {
      'operator.yaml': operator('{values: {pilot: {env: {ENABLE_NATIVE_SIDECARS: "false"}}}}'),
      'tbot.yaml': tbot('18.7.3'),
    },
  },
  'the attribute workload.kubernetes.container.type': {
    files: { 'identity.yaml': identity('workload.kubernetes.container.type') },
    lacks: ['rules-shape'],
  },
};
