import { textAt } from '../../../../base/json';
import { isGateway } from '../../../../model/cluster/injection';
import { type Service, targetPort } from '../../../../model/cluster/service';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';
import { isInMesh, isServerFirst } from './server-first';

const SHOP = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';
const DB = deployment('db', '', '').replace('example.com/db:1.0.0', 'mysql:8.4');
const STRICT =
  'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec: {mtls: {mode: STRICT}}\n';

/** What a gateway does with a port is said by Gateways, whatever its own Service calls the port. */
function isOfGateways(context: CheckContext, { workloads }: Service): boolean {
  return workloads.length > 0 && workloads.every((one) => isGateway(one) || context.proxyOf(one).kind === 'gateway');
}

/** Whether something outside the mesh may call: a Service of a type that nodes or load balancers reach. */
function isExposed({ manifest }: Service): boolean {
  return ['NodePort', 'LoadBalancer'].includes(textAt(manifest.body, 'spec', 'type') ?? '');
}

/** What protocol Istio takes a port for. */
export const PORT_RULES = [
  defineRule({
    id: 'port-protocol-unknown-server-first',
    subject: 'Ports and protocols',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Unnamed port for a server-first protocol',
    found: 'port {port} of {service} has no protocol, and its server speaks first',
    why: "Istio waits for the client's first bytes to detect the protocol, while the client waits for the server: connections hang.",
    fix: 'name the port tcp-…, mysql or mongo, or set appProtocol',
    source:
      'istio/istio pkg/config/kube/conversion.go; istio/istio.io content/en/docs/ops/deployment/application-requirements/index.md',
    wrong: stream(SHOP, DB, service('db', '{name: db, port: 13306, targetPort: 3306}')),
    right: stream(SHOP, DB, service('db', '{name: tcp-db, port: 13306, targetPort: 3306}')),
    check(context, report) {
      for (const one of context.services) {
        for (const port of one.ports) {
          if (port.protocol !== 'detect' || !isServerFirst(one, port)) continue;
          const inMesh = isInMesh(context, one);
          if (inMesh === false) continue;
          const values = { port: port.name || port.port, service: one.name };
          report(one.manifest, port.pointer, values, inMesh === true ? undefined : 'warning');
        }
      }
    },
  }),
  defineRule({
    id: 'port-protocol-unknown',
    subject: 'Ports and protocols',
    since: '0.1.0',
    severity: 'warning',
    title: 'Port without a known protocol',
    found: 'port {port} of {service} has no protocol',
    why: 'Istio guesses from the first bytes; a wrong guess changes which rules of a policy apply.',
    fix: 'name the port http, http-…, tcp-… or grpc, or set appProtocol',
    source: 'istio/istio pkg/config/kube/conversion.go',
    wrong: stream(SHOP, deployment('catalogue', '', ''), service('catalogue', '{port: 80}')),
    right: stream(SHOP, deployment('catalogue', '', ''), service('catalogue', '{name: http, port: 80}')),
    check(context, report) {
      for (const one of context.services) {
        for (const port of one.ports) {
          if (port.protocol !== 'detect' || isServerFirst(one, port) || !isInMesh(context, one)) continue;
          if (isOfGateways(context, one)) continue;
          report(one.manifest, port.pointer, { port: port.name || port.port, service: one.name });
        }
      }
    },
  }),
  defineRule({
    id: 'server-first-permissive-plain',
    subject: 'Ports and protocols',
    since: '0.1.0',
    severity: 'warning',
    title: 'Server-first port hangs for callers outside the mesh',
    found: 'port {port} of {service} is PERMISSIVE and can be reached from outside the mesh',
    why: 'The proxy waits for the client’s first bytes to distinguish TLS from plain text, while a client without mTLS waits for the server.',
    fix: 'make the port STRICT, or DISABLE it for that port',
    source: 'istio/istio.io content/en/docs/ops/deployment/application-requirements/index.md',
    wrong: stream(
      DB,
      service('db', '{name: tcp-mysql, port: 3306}').replace('spec:\n', 'spec:\n  type: NodePort\n'),
      STRICT.replace('STRICT', 'PERMISSIVE'),
    ),
    right: stream(
      DB,
      service('db', '{name: tcp-mysql, port: 3306}').replace('spec:\n', 'spec:\n  type: NodePort\n'),
      STRICT,
    ),
    check(context, report) {
      if (context.peerAuthentications.length === 0) return;
      for (const one of context.services) {
        if (
          !isExposed(one) ||
          context.mtlsModes.namespaceModeOf(one.namespace).mode !== 'PERMISSIVE' ||
          !isInMesh(context, one)
        )
          continue;
        for (const port of one.ports) {
          if (port.protocol !== 'tcp' || !isServerFirst(one, port)) continue;
          report(one.manifest, port.pointer, { port: port.name || port.port, service: one.name });
        }
      }
    },
  }),
  defineRule({
    id: 'target-port-missing',
    subject: 'Ports and protocols',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Service port without a matching container port',
    found: 'no container of {workload} has a port named "{port}"',
    why: 'The Service has no endpoint for this port, so nothing can be reached.',
    fix: "give the container's port this name, or write its number",
    source: 'kubernetes/website content/en/docs/concepts/services-networking/service.md',
    wrong: stream(deployment('catalogue', '', ''), service('catalogue', '{name: http, port: 80, targetPort: web}')),
    right: stream(
      deployment('catalogue', '', '').replace(/(image: .*)/, '$1\n          ports: [{name: web, containerPort: 8080}]'),
      service('catalogue', '{name: http, port: 80, targetPort: web}'),
    ),
    check(context, report) {
      for (const one of context.services) {
        // kustomize may still give the pods another container, and the Service other pods.
        const isUnfinished = [one, ...one.workloads].some(({ manifest }) => context.manifests.isUnfinished(manifest));
        const [first] = one.workloads;
        if (first === undefined || isUnfinished) continue;
        for (const port of one.ports) {
          // Pods without the port, such as those of a test, are left out of the Service's endpoints; the others are there.
          if (one.workloads.some((workload) => targetPort(port, workload) !== undefined)) continue;
          report(one.manifest, `${port.pointer}/targetPort`, { workload: first.name, port: port.target });
        }
      }
    },
  }),
];
