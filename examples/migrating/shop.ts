import { MeshNamespace, type PlaintextCallers, Port, type TeleportMesh } from '../../lib';

const http = [Port.http(80, { targetPort: 8080 })];

/** The namespace that is on its way in; without `plaintextFrom` it has arrived. */
export function addShop(mesh: TeleportMesh, plaintextFrom?: PlaintextCallers): MeshNamespace {
  const shop = new MeshNamespace(mesh.node.root, 'shop', { mesh, ...(plaintextFrom && { plaintextFrom }) });
  const web = shop.addService('web', { image: 'ghcr.io/example/web:2.1.0', ports: http });
  const orders = shop.addService('orders', { image: 'ghcr.io/example/orders:3.0.0', ports: http });
  web.calls(orders, { methods: ['GET', 'POST'], paths: ['/orders*'] });
  web.exposeThrough(mesh.ingressGateway);
  return shop;
}

/** Services that have to do with nobody in the shop. */
export function addBilling(mesh: TeleportMesh): void {
  const billing = new MeshNamespace(mesh.node.root, 'billing', { mesh });
  const importer = billing.addService('importer', { image: 'ghcr.io/example/importer:1.0.3' });
  const ledger = billing.addService('ledger', { image: 'ghcr.io/example/ledger:1.2.0', ports: http });
  importer.calls(ledger, { methods: ['POST'], paths: ['/entries'] });
}
