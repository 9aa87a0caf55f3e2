import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { loadAll } from 'js-yaml';
import {
  type FleetCluster,
  type FleetClusterProps,
  type FleetDelivery,
  KubernetesJoin,
  MeshFleet,
  Port,
  TeleportCluster,
} from '../../../../lib';

// biome-ignore lint/suspicious/noExplicitAny: tests look into manifests of every kind
export type Document = any;

export const REPOSITORY = 'https://git.example/platform/mesh.git';

/** Two clusters of one mesh with a namespace each and a shared one, and one on another Teleport cluster. */
export function deliveredFleet(props: Partial<FleetClusterProps> = {}): {
  readonly fleet: MeshFleet;
  readonly eu: FleetCluster;
  readonly us: FleetCluster;
  readonly staging: FleetCluster;
} {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh'), istio: { ingressGateway: true } });
  const add = (name: string, own: Partial<FleetClusterProps>) =>
    fleet.addCluster(name, { join: KubernetesJoin.oidc(`https://issuer.example/${name}`), ...own, ...props });
  const eu = add('eu-1', { network: 'eu' });
  const us = add('us-1', { network: 'us' });
  const staging = add('staging', { teleport: TeleportCluster.cloud('acme-staging.teleport.sh') });
  const shop = fleet.addNamespace('shop', { identity: 'shared' });
  const ports = [Port.http(80)];
  const web = shop.addService('web', { image: 'registry.example/web:1.0.0', ports });
  const carts = shop.addService('carts', { image: 'registry.example/carts:1.0.0', ports, clusters: [us, staging] });
  web.calls(carts);
  return { fleet, eu, us, staging };
}

/** The output of a fleet with a delivery, by path. */
export function deliver(fleet: MeshFleet, delivery: FleetDelivery): ReadonlyMap<string, string> {
  fleet.deliverWith(delivery);
  return fleet.synthFiles();
}

export function read(files: ReadonlyMap<string, string>, path: string): Document[] {
  return loadAll(files.get(path) ?? '') as Document[];
}

/** Manifests of a cluster's directory that kubectl would apply. */
export function manifestsOf(files: ReadonlyMap<string, string>, cluster: string): readonly string[] {
  return [...files.keys()]
    .filter((path) => path.startsWith(`${cluster}/`))
    .map((path) => path.slice(cluster.length + 1))
    .filter((path) => !path.includes('/'))
    .sort();
}

/**
 * Schemas of the engines' definitions, without what nobody writes here: argoproj/argo-cd manifests/crds of 3.6, fluxcd/kustomize-controller
 * 1.9.4, source-controller 1.9.1 and helm-controller 1.6.3, config/crd/bases.
 */
const SCHEMAS = JSON.parse(
  readFileSync(join(__dirname, '../../../../../test/fixtures/gitops/crd-schemas.json'), 'utf8'),
) as Readonly<Record<string, Document>>;

/** What the API server would say of an object, an unknown field included. */
export function violations(manifest: Document): readonly string[] {
  const schema = SCHEMAS[manifest.kind];
  if (schema === undefined) return [`no schema of ${manifest.kind}`];
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(closed(schema));
  validate(manifest);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The API server drops fields that a schema does not have, without a word. */
function closed(schema: Document): Document {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (schema['x-kubernetes-int-or-string'] === true) return {};
  const own = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.properties === undefined;
  return isOpen || typeof schema.type !== 'string' ? own : { ...own, additionalProperties: false };
}
