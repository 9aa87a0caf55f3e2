import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessGraph, graphToSvg, MeshModel } from '../lib/access';
import { readManifests } from '../lib/model/documents/read-manifests';

/** The part of the reference output that the picture is about. */
const FILES = [
  '00-namespaces.k8s.yaml',
  'istio/istio-operator.yaml',
  'sock-shop-policies.k8s.yaml',
  'sock-shop.k8s.yaml',
] as const;

/** Draws Sock Shop's call graph from the manifests in `examples/sock-shop/dist/`. */
export async function sockShopGraph(root: string): Promise<string> {
  const { manifests } = readManifests(
    FILES.map((file) => ({ file, text: readFileSync(join(root, 'examples/sock-shop/dist', file), 'utf8') })),
  );
  return graphToSvg(accessGraph(MeshModel.from(manifests)));
}
