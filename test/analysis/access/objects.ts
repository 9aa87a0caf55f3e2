import {
  type AccessRequest,
  type Decision,
  decide as decideRequest,
  type ManifestSource,
  MeshModel,
  type MeshModelOptions,
} from '../../../lib/access';
import { Target } from '../../../lib/upstream/releases/target';

/** Small Kubernetes and Istio objects, as plain data, for the tests of this room. */

export const TARGET_QUOTING = { target: Target.of({ istio: '1.28.10' }) };

export function namespace(name: string, labels: Record<string, string> = { 'istio-injection': 'enabled' }): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export interface DeploymentOptions {
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly ports?: readonly { name?: string; containerPort: number }[];
  readonly spec?: Record<string, unknown>;
}

export function deployment(name: string, options: DeploymentOptions = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: options.namespace ?? 'shop' },
    spec: {
      template: {
        metadata: { labels: { app: name, ...options.labels }, annotations: options.annotations ?? {} },
        spec: {
          serviceAccountName: options.serviceAccount ?? name,
          containers: [{ name: 'main', ports: options.ports ?? [] }],
          ...options.spec,
        },
      },
    },
  };
}

export function service(
  name: string,
  ports: readonly object[],
  options: { namespace?: string; spec?: object } = {},
): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: options.namespace ?? 'shop' },
    spec: { selector: { app: name }, ports, ...options.spec },
  };
}

let policies = 0;

/** An AuthorizationPolicy in namespace `shop`, unless said otherwise. */
export function policy(
  spec: Record<string, unknown>,
  metadata: { name?: string; namespace?: string; annotations?: Record<string, string> } = {},
): object {
  policies += 1;
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: `policy-${policies}`, namespace: 'shop', ...metadata },
    spec,
  };
}

export function peerAuthentication(spec: object, metadata: Record<string, unknown> = {}): object {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'default', namespace: 'shop', ...metadata },
    spec,
  };
}

/** The mesh configuration of a running mesh. */
export function meshConfig(config: object): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh: JSON.stringify(config) },
  };
}

/** Two workloads, `client` and `server`; the server has an HTTP port 80 and a TCP port 81, both on the same pod ports. */
export const PAIR: readonly object[] = [
  namespace('shop'),
  deployment('client'),
  deployment('server'),
  service('server', [
    { name: 'http', port: 80 },
    { name: 'tcp', port: 81 },
  ]),
];

/** Decides, and fails the test if the question has no answer. */
export function decide(
  manifests: ManifestSource,
  request: Partial<AccessRequest>,
  options: MeshModelOptions = TARGET_QUOTING,
): Decision {
  return ask(MeshModel.from(manifests, options), request);
}

/** Like {@link decide}, for a model that is asked more than once. */
export function ask(model: MeshModel, request: Partial<AccessRequest>): Decision {
  const answer = decideRequest(model, { from: 'client', to: 'server', ...request });
  if (answer.verdict === 'unanswerable') throw new Error(JSON.stringify(answer));
  return answer;
}

/** Facts-free verdict of `client` calling `server` on its HTTP port under these policies. */
export function onHttp(policies: readonly object[], request: Partial<AccessRequest> = {}): string {
  return decide([...PAIR, ...policies], { port: 80, method: 'GET', path: '/', ...request }).verdict;
}

/** The same on its TCP port. */
export function onTcp(policies: readonly object[], request: Partial<AccessRequest> = {}): string {
  return decide([...PAIR, ...policies], { port: 81, ...request }).verdict;
}
