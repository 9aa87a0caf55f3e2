import { field, listAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { onceFor } from '../../base/once-for';
import { selects } from '../../model/cluster/label-index';
import type { Workload } from '../../model/cluster/workload';
import type { Manifest } from '../../model/documents/manifest';
import { refOf } from '../../model/documents/manifest';
import { type ServiceEntry, serviceEntriesFor } from '../../model/egress/service-entries';
import { hostCovers } from '../../upstream/istio/service-host';
import { KUBERNETES_NETWORKING } from '../../upstream/kubernetes/api-groups';
import { isIpAddress } from '../../upstream/network/ip-address';
import { callerName } from '../access/caller-name';
import type { Caller } from '../access/connector';
import type { QuestionedMesh } from '../access/questioned-mesh';
import type { EgressAnswer, EgressOutcome } from './explain-egress';
import { notKnown, throughSidecar } from './sidecar-egress';

/** Decides whether a caller reaches a host that is not a Service. */
export function decideEgress(
  model: QuestionedMesh,
  caller: Caller,
  { host, port }: Pick<EgressAnswer, 'host' | 'port'>,
): EgressAnswer {
  const entries = serviceEntriesFor(host, model.manifests);
  const known = outcomeFor(model, caller, host, port, entries);
  const changed = caller.kind === 'workload' ? model.changedLater.whyOutboundUnknown(caller.workload) : undefined;
  const outcome = changed === undefined ? known : notKnown(changed);
  const targeted = targetedPolicies(model, entries);
  const notes = [
    ...outcome.notes,
    ...(targeted.length > 0
      ? [`${targeted.join(', ')}: only a waypoint enforces an AuthorizationPolicy that targets a ServiceEntry`]
      : []),
    ...model.unread.filter((text) => /^(?:EnvoyFilter|WasmPlugin)/.test(text)),
  ];
  return { from: callerName(caller), host, port, reach: outcome.reach, because: outcome.because, notes };
}

function outcomeFor(
  model: QuestionedMesh,
  caller: Caller,
  host: string,
  port: number | undefined,
  entries: readonly ServiceEntry[],
): EgressOutcome {
  const served = servedBy(model, host);
  if (caller.kind === 'outside') {
    return notKnown(served ?? 'the caller is also outside the mesh, so nothing in the manifests is between the two');
  }
  // With a ServiceEntry the host is somebody else's, and the Gateway is for what leaves the mesh.
  if (served !== undefined && entries.length === 0) return notKnown(`a request to it may re-enter the mesh: ${served}`);
  if (isIpAddress(host))
    return notKnown('the manifests do not state whether the address belongs to a pod or a Service');
  if (caller.kind === 'identity') {
    return notKnown('the caller’s workload is not in the manifests, so it is unknown which Sidecar applies to it');
  }
  const { workload, proxy } = caller;
  switch (proxy.kind) {
    case 'ambient':
      return notKnown(
        'the caller is in ambient mode: outboundTrafficPolicy does not apply to it, and waypoints are not evaluated',
      );
    case 'not-envoy':
      return notKnown(`${workload.ref} is not evaluated: ${proxy.because}`);
    case 'gateway':
      return notKnown(
        'the caller is a gateway, which forwards requests by its routes; outboundTrafficPolicy applies to sidecars',
      );
    case 'not-running':
      return { reach: 'blocked', because: `${workload.ref} never runs: ${proxy.because}`, notes: [] };
    case 'without-identity':
      return {
        reach: 'blocked',
        because: `${workload.ref} never becomes ready: Teleport issues no identity to it`,
        notes: [],
      };
    case 'none':
      return behindNetworkPolicies(model, workload, {
        reach: 'reachable',
        because: `Istio does not restrict it: the caller has no proxy, ${proxy.because}`,
        notes: [],
      });
    default:
      return behindNetworkPolicies(model, workload, throughSidecar(model, workload, host, port, entries));
  }
}

/** Which Gateway takes requests for a host, as a clause; undefined if none is known to. */
function servedBy(model: QuestionedMesh, host: string): string | undefined {
  const way = onceFor(model.manifests, `way in for ${host}`, () =>
    model.cluster.waysIn.find(({ route }) => route.hosts.some((one) => one !== '*' && hostCovers(one, host))),
  );
  if (way === undefined) return undefined;
  const { gateway, to } = way.route;
  return `Gateway ${gateway.namespace}/${gateway.name} accepts requests for the host and routes them to ${to.namespace}/${to.name}; ask about outside → ${to.namespace}/${to.name}`;
}

/** What a NetworkPolicy for the caller's outbound traffic lets through is not evaluated. */
function behindNetworkPolicies(
  model: QuestionedMesh,
  { namespace, labels }: Workload,
  outcome: EgressOutcome,
): EgressOutcome {
  if (outcome.reach !== 'reachable') return outcome;
  const found = outboundNetworkPolicies(model, namespace).find(
    ({ body }) =>
      field(body, 'spec', 'podSelector', 'matchExpressions') !== undefined ||
      selects(textsAt(body, 'spec', 'podSelector', 'matchLabels'), labels),
  );
  if (found === undefined) return outcome;
  return notKnown(
    `NetworkPolicy ${refOf(found)} restricts the egress of the caller’s pods and is not evaluated; without it, ${outcome.because}`,
    outcome.notes,
  );
}

/** The NetworkPolicies of a namespace that restrict what its pods may reach. */
function outboundNetworkPolicies({ manifests }: QuestionedMesh, namespace: string): readonly Manifest[] {
  return onceFor(manifests, `NetworkPolicies on the way out of ${namespace}`, () =>
    manifests.ofKind('NetworkPolicy', KUBERNETES_NETWORKING).filter(({ namespace: own, body }) => {
      const types = scalarTextsAt(body, 'spec', 'policyTypes');
      const isEgress = types.length > 0 ? types.includes('Egress') : field(body, 'spec', 'egress') !== undefined;
      return isEgress && (own ?? 'default') === namespace;
    }),
  );
}

/** AuthorizationPolicies that target one of the ServiceEntries, by name. */
function targetedPolicies(model: QuestionedMesh, entries: readonly ServiceEntry[]): readonly string[] {
  if (entries.length === 0) return [];
  const all = onceFor(model.manifests, 'AuthorizationPolicies of ServiceEntries', () =>
    model.policies.flatMap(({ manifest, namespace, ref }) => {
      const target = field(manifest.body, 'spec', 'targetRef');
      return [...(target === undefined ? [] : [target]), ...listAt(manifest.body, 'spec', 'targetRefs')]
        .filter((one) => textAt(one, 'kind') === 'ServiceEntry')
        .map((one) => ({ policy: `AuthorizationPolicy ${ref}`, entry: `${namespace}/${textAt(one, 'name')}` }));
    }),
  );
  const refs = new Set(entries.map(({ ref }) => ref));
  return [...new Set(all.filter(({ entry }) => refs.has(entry)).map(({ policy }) => policy))];
}
