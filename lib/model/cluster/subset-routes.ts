import { listAt, scalarTextsAt, textAt } from '../../base/json';
import { isForSidecars } from '../../upstream/istio/outbound-traffic';
import { hostCovers, resolveHost } from '../../upstream/istio/service-host';
import type { Manifest } from '../documents/manifest';

/** The subsets of a host to which VirtualServices route requests. */
export interface RoutedSubsets {
  /** Names, in the order of the manifests. */
  readonly names: readonly string[];
  /** Whether every request of the mesh to the host goes to one of them. */
  readonly isAll: boolean;
}

const NONE: RoutedSubsets = { names: [], isAll: false };

/** Which subsets of DestinationRules are in use: one that no VirtualService names gets no request. */
export class SubsetRoutes {
  private readonly byHost = new Map<string, { names: Set<string>; isAll: boolean }>();

  public constructor(routes: readonly Manifest[]) {
    for (const route of routes) this.read(route);
  }

  /** The subsets of a full host. */
  public of(host: string): RoutedSubsets {
    const found = this.byHost.get(host);
    return found ? { names: [...found.names], isAll: found.isAll } : NONE;
  }

  private read({ body, namespace = 'default' }: Manifest): void {
    const gateways = scalarTextsAt(body, 'spec', 'gateways');
    const hosts = scalarTextsAt(body, 'spec', 'hosts').map((host) => resolveHost(host, namespace));
    const isForMesh = isForSidecars(gateways);
    const targets = ['http', 'tcp', 'tls']
      .flatMap((protocol) => listAt(body, 'spec', protocol))
      .flatMap((rule) => listAt(rule, 'route'))
      .map((route) => ({
        host: resolveHost(textAt(route, 'destination', 'host') ?? '', namespace),
        subset: textAt(route, 'destination', 'subset') ?? '',
      }));
    for (const { host, subset } of targets) {
      if (subset === '') continue;
      const entry = this.byHost.get(host) ?? { names: new Set<string>(), isAll: false };
      entry.names.add(subset);
      const isOwn = isForMesh && hosts.some((one) => hostCovers(one, host));
      if (isOwn && targets.every((target) => target.host !== host || target.subset !== '')) entry.isAll = true;
      this.byHost.set(host, entry);
    }
  }
}
