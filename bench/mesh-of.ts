import {
  MeshApp,
  type MeshAppProps,
  MeshNamespace,
  type MeshService,
  Port,
  TeleportCluster,
  TeleportMesh,
} from '../lib';

/** Services that each service calls. */
export const CALLS = 5;

const SERVICES_PER_NAMESPACE = 50;

/** An app with that many services, each of which calls a few others, near and far. */
export function meshOf(services: number, props: MeshAppProps = {}): MeshApp {
  const app = new MeshApp(props);
  const mesh = new TeleportMesh(app, 'mesh', { teleport: TeleportCluster.cloud('example.teleport.sh') });
  const made: MeshService[] = [];
  let namespace: MeshNamespace | undefined;
  for (let index = 0; index < services; index++) {
    if (namespace === undefined || index % SERVICES_PER_NAMESPACE === 0) {
      namespace = new MeshNamespace(app, `team-${index / SERVICES_PER_NAMESPACE}`, { mesh });
    }
    const ports = [Port.http(80, { targetPort: 8080 })];
    made.push(namespace.addService(`service-${index}`, { image: 'ghcr.io/example/service:1.0.0', ports }));
  }
  for (const [index, service] of made.entries()) {
    for (const callee of calleesOf(index, services)) {
      service.calls(made[callee] as MeshService, { methods: ['GET'], paths: [`/service-${index}`] });
    }
  }
  return app;
}

/** Numbers of the services that a service calls: never itself, and none twice. */
export function calleesOf(index: number, services: number): readonly number[] {
  const steps = Array.from({ length: CALLS }, (_, step) => (index + (step + 1) ** 2 * 7) % services);
  return [...new Set(steps)].filter((callee) => callee !== index);
}

/** `namespace/name` of a service by its number. */
export function refOf(index: number): string {
  return `team-${Math.floor(index / SERVICES_PER_NAMESPACE)}/service-${index}`;
}
