/** A mesh of many services, always the same for the same number: what the access benchmarks and tests of size run on. */
export function largeMesh(services: number): readonly object[] {
  const names = Array.from({ length: services }, (_, index) => `service-${String(index).padStart(3, '0')}`);
  return [
    ...[...new Set(names.map((_, index) => namespaceOf(index)))].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'istio-injection': 'enabled' } },
    })),
    ...names.flatMap((name, index) => objectsOf(name, index, callersOf(index, services))),
  ];
}

/** The `namespace/name` of a service by its number. */
export function largeMeshRef(index: number): string {
  return `${namespaceOf(index)}/service-${String(index).padStart(3, '0')}`;
}

function namespaceOf(index: number): string {
  return `team-${Math.floor(index / 20)}`;
}

/** A few callers for each, most of them near, so that the graph has the shape real ones have. */
function callersOf(index: number, services: number): readonly number[] {
  const callers = [Math.floor((index - 1) / 3), index - 20, (index * 7) % services].filter(
    (caller) => caller >= 0 && caller !== index,
  );
  return [...new Set(callers)];
}

function objectsOf(name: string, index: number, callers: readonly number[]): readonly object[] {
  const metadata = { name, namespace: namespaceOf(index) };
  const labels = { app: name };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [{ name: 'main' }] } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        // No two rules of the mesh are alike.
        rules: callers.map((caller) => ({
          from: [
            {
              source: {
                principals: [`cluster.local/ns/${namespaceOf(caller)}/sa/service-${String(caller).padStart(3, '0')}`],
              },
            },
          ],
          to: [{ operation: { methods: ['GET', 'POST'], paths: [`/${name}/{*}/from-${caller}`, `/${name}*`] } }],
        })),
      },
    },
  ];
}
