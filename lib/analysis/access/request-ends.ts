import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import { serviceOfDnsName } from '../../upstream/istio/service-host';
import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import { parseThroughGateway } from './caller-name';
import { parseCallerSet, representativeOf } from './caller-set';
import type { Caller } from './connector';
import { type Found, NameIndex } from './name-index';
import { OUTSIDE, type RequestProblem } from './request';
import type { WorkloadProxy } from './workload-proxy';

/** A Gateway of either API. */
export interface GatewayName {
  /** `namespace/name`. */
  readonly ref: string;
  readonly name: string;
}

/** Finds out whom a request is from and whom it is to. */
export class RequestEnds {
  private readonly workloads: NameIndex<Workload>;
  private readonly services: NameIndex<Service>;

  public constructor(
    workloads: readonly Workload[],
    services: readonly Service[],
    private readonly proxyOf: (workload: Workload) => WorkloadProxy,
    private readonly trustDomain: string,
    private readonly gateways: NameIndex<GatewayName>,
  ) {
    this.workloads = new NameIndex(workloads);
    this.services = new NameIndex(services);
  }

  /** Who a request says it is from: a workload, or the only one behind a Service of that name. */
  public caller(from: string | SpiffeId): Caller | RequestProblem {
    if (from === OUTSIDE) return { kind: 'outside' };
    if (from instanceof SpiffeId) return { kind: 'identity', identity: from.toString() };
    const gateway = parseThroughGateway(from);
    if (gateway !== undefined) return this.through(gateway);
    const standsFor = parseCallerSet(from);
    if (standsFor) return { kind: 'identity', identity: representativeOf(standsFor, this.trustDomain), standsFor };
    if (from.includes('://')) return readIdentity(from);
    const { found: workload, ...other } = this.workloads.find(from);
    if (workload) return { kind: 'workload', workload, proxy: this.proxyOf(workload) };
    const service = this.findService(from).found;
    const [only, ...more] = service?.workloads ?? [];
    if (only && more.length === 0) return { kind: 'workload', workload: only, proxy: this.proxyOf(only) };
    const behind = service?.workloads.map(({ ref }) => ref) ?? [];
    return nameProblem('from', from, {
      candidates: behind,
      near: [],
      ...other,
      ...(behind.length > 0 && { candidates: behind }),
    });
  }

  /** Whom a request is to: a Service of that name or host, or else a workload. */
  public callee(to: string): Service | Workload | RequestProblem {
    const service = this.findService(to);
    if (service.found) return this.named(service.found);
    const workload = this.workloads.find(to);
    if (workload.found) return workload.found;
    return nameProblem('to', to, service.candidates.length + service.near.length > 0 ? service : workload);
  }

  /**
   * The Service itself, or the one it is a name for: sidecars take both for one host, with the ports and pods of the other
   * (istio/istio pilot/pkg/model/push_context.go `resolveServiceAliases`).
   */
  private named(service: Service): Service | RequestProblem {
    const seen = new Set([service]);
    for (let one = service; ; ) {
      if (one.externalName === undefined) return one;
      const target = serviceOfDnsName(one.externalName.replace(/\.$/, ''));
      const next = target && this.services.find(`${target.namespace}/${target.name}`).found;
      if (next === undefined || seen.has(next)) {
        return { verdict: 'unanswerable', kind: 'names-another-host', to: service.ref, host: one.externalName };
      }
      seen.add(next);
      one = next;
    }
  }

  private through(name: string): Caller | RequestProblem {
    const { found, ...other } = this.gateways.find(name);
    if (found) return { kind: 'outside', through: found.ref };
    const near = 'near' in other ? [...other.candidates, ...other.near] : [];
    return { verdict: 'unanswerable', kind: 'unknown-gateway', name, near };
  }

  private findService(name: string): Found<Service> {
    const byName = this.services.find(name);
    const { 1: service, 2: namespace } = byName.found ? [] : (HOST.exec(name) ?? []);
    return service === undefined ? byName : this.services.find(`${namespace}/${service}`);
  }
}

/** A Service's host, as far as people write it out. */
const HOST = /^([^./]+)\.([^./]+)(?:\.svc(?:\.cluster\.local)?)?\.?$/;

function readIdentity(text: string): Caller | RequestProblem {
  try {
    return { kind: 'identity', identity: SpiffeId.parse(text).toString() };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { verdict: 'unanswerable', kind: 'not-an-identity', value: text, problem };
  }
}

function nameProblem(
  end: 'from' | 'to',
  name: string,
  { candidates, near }: { readonly candidates?: readonly string[]; readonly near?: readonly string[] },
): RequestProblem {
  if (candidates !== undefined && candidates.length > 0) {
    return { verdict: 'unanswerable', kind: 'ambiguous-workload', end, name, candidates };
  }
  return { verdict: 'unanswerable', kind: 'unknown-workload', end, name, near: near ?? [] };
}
