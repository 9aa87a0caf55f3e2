import { field, listAt, scalarTextsAt, textAt } from '../../base/json';
import { onceFor } from '../../base/once-for';
import type { Workload } from '../../model/cluster/workload';
import { type Manifest, refOf } from '../../model/documents/manifest';
import { isExportedTo, isRouteExportedTo } from '../../model/egress/exported-to';
import type { ServiceEntry } from '../../model/egress/service-entries';
import { importsHost, type SidecarScope } from '../../model/egress/sidecar-scope';
import { isForSidecars, WAYPOINT_LABEL } from '../../upstream/istio/outbound-traffic';
import { outboundExceptions } from '../../upstream/istio/port-capture';
import { isPlainTcp } from '../../upstream/istio/port-protocol';
import { hostCovers, resolveHost } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { QuestionedMesh } from '../access/questioned-mesh';
import { decideAtEgressGateway } from './at-egress-gateway';
import type { EgressOutcome } from './explain-egress';

/** An outcome that the manifests leave open. */
export function notKnown(because: string, notes: readonly string[] = []): EgressOutcome {
  return { reach: 'unknown', because, notes };
}

/** What the caller's sidecar does with a request to a host outside the mesh. */
export function throughSidecar(
  model: QuestionedMesh,
  workload: Workload,
  host: string,
  port: number | undefined,
  entries: readonly ServiceEntry[],
): EgressOutcome {
  const outcome = atSidecar(model, workload, host, port, entries);
  const passed = outboundExceptions(workload.annotations, model.cluster.injector.capture);
  const [rival] = model.cluster.serviceVisibility.scopeOf(workload)?.rivals ?? [];
  if (outcome.reach === 'blocked' && rival !== undefined)
    return notKnown(`${outcome.because}; but Sidecar ${refOf(rival)} may be older, and then counts`, outcome.notes);
  if (outcome.reach !== 'blocked' || passed.length === 0) return outcome;
  return notKnown(`${outcome.because}; but with ${passed.join(', ')} some traffic bypasses the proxy`, outcome.notes);
}

function atSidecar(
  model: QuestionedMesh,
  workload: Workload,
  host: string,
  port: number | undefined,
  entries: readonly ServiceEntry[],
): EgressOutcome {
  const visibility = model.cluster.serviceVisibility;
  const scope = visibility.scopeOf(workload);
  const views = entries.map((entry) => ({ entry, hidden: whyHidden(model, workload, scope, entry, host, port) }));
  const seen = views.flatMap(({ entry, hidden }) => (hidden === undefined ? [entry] : []));
  const unsure = views.find(({ hidden }) => hidden?.isSure === false);
  const by = enforcedElsewhere(model, seen);
  if (by !== undefined) return notKnown(by);
  const detour = detourFor(model, workload, scope, host);
  if (detour !== undefined) {
    return decideAtEgressGateway(model, workload, { ...detour, host, port }) ?? notKnown(detour.because);
  }
  if (seen.length > 0) {
    const names = seen.map(({ ref }) => ref).join(', ');
    if (seen.every(({ hasNoEndpoints }) => hasNoEndpoints)) {
      const because = `ServiceEntry ${names} has resolution STATIC and no endpoints, so the caller’s proxy has no upstream for the request (503)`;
      return { reach: 'blocked', because, notes: [] };
    }
    const ports = [...new Set(seen.flatMap((entry) => entry.ports))].sort((a, b) => a - b);
    const only =
      port === undefined
        ? [`ServiceEntry ${names} lists ${ports.length > 0 ? `port ${ports.join(', ')}` : 'no ports'}`]
        : [];
    return {
      reach: 'reachable',
      because: `ServiceEntry ${names} makes the host known to the caller’s proxy`,
      notes: only,
    };
  }
  const policy = visibility.policyFor(scope);
  if (policy.mode === 'ALLOW_ANY' || policy.mode === 'ALLOW_ANY_DYNAMIC_DNS') {
    if (scope?.hasEgressProxy)
      return notKnown(`${policy.modeBy} sends unknown hosts to an egress proxy, which decides`);
    return {
      reach: 'reachable',
      because: `the caller’s proxy passes through requests to unknown hosts: ${policy.modeBy} is ${policy.mode}`,
      notes: [],
    };
  }
  const misses = views.flatMap(({ entry, hidden }) =>
    hidden ? [`ServiceEntry ${entry.ref} does not apply: ${hidden.because}`] : [],
  );
  if (policy.mode === undefined)
    return notKnown(`it is unknown what the caller’s proxy does with unknown hosts: ${policy.modeBy}`, misses);
  if (unsure)
    return notKnown(
      `${policy.modeBy} is REGISTRY_ONLY, and it is unknown whether the caller sees ServiceEntry ${unsure.entry.ref}: ${unsure.hidden?.because}`,
    );
  const wide = entryForWholePort(model, port);
  if (wide !== undefined) {
    return notKnown(
      `${policy.modeBy} is REGISTRY_ONLY, but ServiceEntry ${wide} may match all traffic on its TCP port, whatever the host`,
      misses,
    );
  }
  return {
    reach: 'blocked',
    because: `${policy.modeBy} is REGISTRY_ONLY and no ServiceEntry visible to the caller has the host, so its proxy rejects the request (BlackHoleCluster, 502)`,
    notes: [
      ...misses,
      'REGISTRY_ONLY is not a firewall: it does not stop a process that bypasses its proxy; use a NetworkPolicy or an egress gateway for that',
    ],
  };
}

/** Why a ServiceEntry does not help a caller; undefined if it does. */
function whyHidden(
  model: QuestionedMesh,
  { namespace }: Workload,
  scope: SidecarScope | undefined,
  { exportTo, ports, namespace: own }: ServiceEntry,
  host: string,
  port: number | undefined,
): { readonly because: string; readonly isSure: boolean } | undefined {
  if (port !== undefined && !ports.includes(port)) return { because: `it does not list port ${port}`, isSure: true };
  const { exportTo: byDefault } = model.cluster.outbound;
  const exported = exportTo.length > 0 ? exportTo : byDefault;
  if (exported === undefined || byDefault === undefined) {
    return { because: 'meshConfig.serviceEntryVisibility decides which namespaces see it', isSure: false };
  }
  if (!isExportedTo(exported, own, namespace)) {
    return { because: `it is exported to ${exported.join(', ')}, not to namespace ${namespace}`, isSure: true };
  }
  const imported = scope === undefined ? true : importsHost(scope, own, host, port);
  if (imported === true || scope === undefined) return undefined;
  const by = `Sidecar ${refOf(scope.manifest)}`;
  return imported === undefined
    ? { because: `${by} has no hosts`, isSure: false }
    : { because: `${by} does not import it`, isSure: true };
}

/** What else than the caller's proxy decides, as a clause. */
function enforcedElsewhere(model: QuestionedMesh, seen: readonly ServiceEntry[]): string | undefined {
  for (const entry of seen) {
    const waypoint = entry.waypoint ?? model.cluster.namespaceLabels(entry.namespace)?.[WAYPOINT_LABEL];
    if (waypoint !== undefined && waypoint !== 'none') {
      return `ServiceEntry ${entry.ref} goes through waypoint ${waypoint}, where AuthorizationPolicies that target the ServiceEntry or the waypoint are enforced; that is not evaluated`;
    }
    if (entry.isInternal) {
      return `ServiceEntry ${entry.ref} describes workloads of the mesh, whose own proxies enforce the policies that select them; ask about the workload`;
    }
  }
  return undefined;
}

/** The VirtualService that sends the caller's requests somewhere else, and where to as a clause. */
function detourFor(
  model: QuestionedMesh,
  { namespace }: Workload,
  scope: SidecarScope | undefined,
  host: string,
): { readonly route: Manifest; readonly because: string } | undefined {
  const { virtualServiceExportTo: exportTo } = model.settings;
  for (const route of routesFor(model, host)) {
    // A Sidecar that does not import the host does not import its route either.
    const isKnown = scope === undefined || importsHost(scope, route.namespace ?? 'default', host) !== false;
    const because = isKnown && isRouteExportedTo(route, namespace, exportTo) ? detourOf(route, host) : undefined;
    if (because !== undefined) return { route, because };
  }
  return undefined;
}

/** The VirtualServices for requests of sidecars to a host. */
function routesFor({ manifests }: QuestionedMesh, host: string): readonly Manifest[] {
  return onceFor(manifests, `routes of sidecars to ${host}`, () =>
    manifests
      .ofKind('VirtualService', ISTIO_NETWORKING)
      .filter(
        ({ body }) =>
          isForSidecars(scalarTextsAt(body, 'spec', 'gateways')) &&
          scalarTextsAt(body, 'spec', 'hosts').some((one) => hostCovers(one.toLowerCase(), host)),
      ),
  );
}

function detourOf(route: Manifest, host: string): string | undefined {
  const targets = ['http', 'tls', 'tcp']
    .flatMap((protocol) => listAt(route.body, 'spec', protocol))
    .flatMap((rule) => listAt(rule, 'route'))
    .map((target) => resolveHost(textAt(target, 'destination', 'host') ?? '', route.namespace ?? 'default'));
  const elsewhere = [...new Set(targets.filter((target) => target !== '' && target.toLowerCase() !== host))];
  if (elsewhere.length === 0) return undefined;
  return `VirtualService ${refOf(route)} sends it to ${elsewhere.join(', ')}, where AuthorizationPolicies for an egress gateway are enforced; ask about that gateway`;
}

/** A ServiceEntry for plain TCP without addresses listens on its port for every address. */
function entryForWholePort({ manifests }: QuestionedMesh, port: number | undefined): string | undefined {
  return onceFor(manifests, `ServiceEntry for all of port ${port}`, () => {
    const found = manifests.ofKind('ServiceEntry', ISTIO_NETWORKING).find(({ body }) => {
      if (listAt(body, 'spec', 'addresses').length > 0) return false;
      return listAt(body, 'spec', 'ports').some((entry) => {
        const isSame = port === undefined || field(entry, 'number') === port;
        return isSame && isPlainTcp(textAt(entry, 'protocol') ?? 'TCP');
      });
    });
    return found && refOf(found);
  });
}
