import { isServerFirstImage } from '../../../../upstream/network/server-first';
import { defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';
import { isInMesh } from './server-first';

const DB = stream(
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n',
  deployment('db', '', '').replace('example.com/db:1.0.0', 'mysql:8.4'),
);

/** A database whose port is called http. */
export const SERVER_FIRST_HTTP_RULE = defineRule({
  id: 'server-first-http',
  subject: 'Ports and protocols',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'Database port named as HTTP',
  found: 'port {port} of {service} is HTTP, and its pods run {image}',
  why: 'The proxies read what clients send as HTTP and answer 400: no connection to the database works.',
  fix: 'name the port tcp-…, mysql or mongo, or set appProtocol',
  source:
    'istio/istio pkg/config/kube/conversion.go; istio.io content/en/docs/ops/configuration/traffic-management/protocol-selection',
  wrong: stream(DB, service('db', '{name: http-db, port: 3306}')),
  right: stream(DB, service('db', '{name: tcp-db, port: 3306}')),
  check(context, report) {
    for (const one of context.services) {
      const [port, ...others] = one.ports;
      if (port?.protocol !== 'http' || others.length > 0) continue;
      const images = one.workloads.flatMap(({ containers }) => containers.map(({ image }) => image));
      const image = images.find(isServerFirstImage);
      if (image === undefined || isInMesh(context, one) !== true) continue;
      report(one.manifest, port.pointer, { port: port.name || port.port, service: one.name, image });
    }
  },
});
