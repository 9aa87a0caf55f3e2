import { loadAll } from 'js-yaml';
import {
  MeshApp,
  MeshNamespace,
  type MeshNamespaceProps,
  type MeshService,
  type MeshServiceProps,
  Port,
  TeleportCluster,
  TeleportMesh,
  type TeleportMeshProps,
} from '../../../lib';

// biome-ignore lint/suspicious/noExplicitAny: tests look into manifests of every kind
export type Document = any;

/** A mesh of the trust domain `acme.teleport.sh` with an ingress gateway and one namespace, `shop`. */
export interface Shop {
  readonly app: MeshApp;
  readonly mesh: TeleportMesh;
  readonly shop: MeshNamespace;
}

export function makeShop(options: Partial<MeshNamespaceProps> = {}, meshProps: Partial<TeleportMeshProps> = {}): Shop {
  const app = new MeshApp();
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    istio: { version: '1.31', ingressGateway: true },
    ...meshProps,
  });
  return { app, mesh, shop: new MeshNamespace(app, 'shop', { mesh, ...options }) };
}

/** A service with one HTTP port, 80, whose container listens on 8080. */
export function addWeb(namespace: MeshNamespace, name: string, props: Partial<MeshServiceProps> = {}): MeshService {
  return namespace.addService(name, {
    image: `ghcr.io/acme/${name}:1.0.0`,
    ports: [Port.http(80, { targetPort: 8080 })],
    ...props,
  } as MeshServiceProps);
}

/** The written object of a kind and name. */
export function written(app: MeshApp, file: string, kind: string, name: string): Document {
  return documentsIn(app, file).find((each) => each.kind === kind && each.metadata.name === name);
}

export function documentsIn(app: MeshApp, file: string): readonly Document[] {
  return loadAll(app.synthFiles().get(file) ?? '') as Document[];
}

/** The identity of a ServiceAccount as policies write it. */
export function principal(serviceAccount: string, namespace = 'shop'): string {
  return `acme.teleport.sh/ns/${namespace}/sa/${serviceAccount}`;
}
