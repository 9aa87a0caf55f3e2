import { listAt, scalarTextsAt, textAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { serviceHost, serviceOfHost } from '../../../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';

const GROUP = ISTIO_NETWORKING;

/** A host that an object names, with the place. */
interface NamedHost {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly host: string;
}

const destinationRule = (host: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: catalogue, namespace: front}\nspec:\n  host: ${host}\n  trafficPolicy:\n    tls: {mode: ISTIO_MUTUAL}\n`;

function namedHosts({ manifests }: CheckContext): readonly NamedHost[] {
  const ofRules = manifests
    .ofKind('DestinationRule', GROUP)
    .map((manifest) => ({ manifest, pointer: '/spec/host', host: textAt(manifest.body, 'spec', 'host') ?? '' }));
  const ofRoutes = manifests.ofKind('VirtualService', GROUP).flatMap((manifest) =>
    ['http', 'tcp', 'tls'].flatMap((protocol) =>
      listAt(manifest.body, 'spec', protocol).flatMap((rule, index) =>
        listAt(rule, 'route').map((route, at) => ({
          manifest,
          pointer: `/spec/${protocol}/${index}/route/${at}/destination/host`,
          host: textAt(route, 'destination', 'host') ?? '',
        })),
      ),
    ),
  );
  return [...ofRules, ...ofRoutes];
}

/** The full host that a name such as `db.shop` or `db.shop.svc` was meant for; undefined for any other. */
function meantHost(host: string): string | undefined {
  const [name = '', namespace = '', ...rest] = host.split('.');
  if (namespace === '' || !['', 'svc'].includes(rest.join('.'))) return undefined;
  return serviceHost({ name, namespace });
}

/** Hosts of Services that are not written in full. */
export const HOST_RULES = [
  defineRule({
    id: 'host-not-completed',
    subject: 'DestinationRules',
    since: '0.1.0',
    severity: 'error',
    title: 'Host does not name a Service',
    found: '{kind} "{name}" is for host {host}, which is not the Service {service}',
    why: 'Istio completes only names without a dot; a name with a dot is taken as a full host, so the settings have no effect, and a route has no destination.',
    fix: 'write {full}',
    source: 'istio/istio pilot/pkg/model/config.go (ResolveShortnameToFQDN)',
    wrong: stream(
      deployment('catalogue', '', ''),
      service('catalogue', '{name: http, port: 80}'),
      destinationRule('catalogue.shop'),
    ),
    right: stream(
      deployment('catalogue', '', ''),
      service('catalogue', '{name: http, port: 80}'),
      destinationRule('catalogue.shop.svc.cluster.local'),
    ),
    check(context, report) {
      const services = new Set(context.services.map(serviceHost));
      const entries = context.manifests.ofKind('ServiceEntry', GROUP);
      const external = new Set(entries.flatMap(({ body }) => scalarTextsAt(body, 'spec', 'hosts')));
      for (const { manifest, pointer, host } of namedHosts(context)) {
        const full = meantHost(host);
        if (full === undefined || !services.has(full) || external.has(host)) continue;
        const { name: ofService = '', namespace = '' } = serviceOfHost(full) ?? {};
        const { kind, name } = manifest;
        report(manifest, pointer, { kind, name, host, service: `${namespace}/${ofService}`, full });
      }
    },
  }),
];
