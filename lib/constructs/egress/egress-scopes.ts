import { type ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { POD_INJECTION_LABEL } from '../../upstream/istio/injection';
import { ANY_SERVICE_HOST } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING_V1 } from '../../upstream/kubernetes/api-groups';
import { addObject } from '../kubernetes/kubernetes-object';
import { nameLabel } from '../kubernetes/object-labels';

/** A workload that leaves the mesh, as Sidecars select it. */
export interface EgressCaller {
  readonly name: string;
  readonly namespace: string;
  /** Labels its pods carry. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Hosts outside the mesh, and who sees them. */
export interface ScopedHosts {
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** Whether all workloads of a namespace see them. */
  readonly isVisibleTo: (namespace: string) => boolean;
  /** Workloads that see them by themselves, by `namespace/name`. */
  readonly callers: ReadonlyMap<string, EgressCaller>;
}

/**
 * Which workloads of a namespace know which hosts outside the mesh. As soon as one of them knows more than the others, each gets a
 * Sidecar that says so, and all others one without a selector: a ServiceEntry is exported to namespaces, not to workloads.
 */
export class EgressScopes {
  private readonly known: ScopedHosts[] = [];
  private readonly written = new Map<string, ApiObject>();

  /** Takes hosts into account; whom they are for is asked when the files are written. */
  public add(hosts: ScopedHosts): void {
    this.known.push(hosts);
  }

  /**
   * Writes the Sidecars of a workload and of its namespace, unless they are there.
   *
   * @param scope where they go
   * @throws InvalidInputError if the name is not a valid object name
   */
  public write(scope: Construct, caller: EgressCaller): void {
    const { namespace, name, labels } = caller;
    this.writeOnce(scope, namespace, 'default', () => this.hostsFor(namespace));
    const { [POD_INJECTION_LABEL]: _, ...own } = labels;
    this.writeOnce(scope, namespace, name, () => this.hostsFor(namespace, caller), own);
  }

  private writeOnce(
    scope: Construct,
    namespace: string,
    name: string,
    hosts: () => readonly string[],
    labels?: Readonly<Record<string, string>>,
  ): void {
    const key = `${namespace}.${name}`;
    if (this.written.has(key)) return;
    const sidecar = addObject(scope, `sidecar-${key}`, {
      apiVersion: ISTIO_NETWORKING_V1,
      kind: 'Sidecar',
      metadata: { name, namespace, labels: nameLabel(labels === undefined ? namespace : name) },
      spec: {
        ...(labels && { workloadSelector: { labels } }),
        egress: [{ hosts: Lazy.any({ produce: hosts }) }],
      },
    });
    this.written.set(key, sidecar);
  }

  /** Every Service of the cluster, and the hosts outside that the workload sees. */
  private hostsFor(namespace: string, caller?: EgressCaller): readonly string[] {
    const seen = this.known.filter(
      (entry) =>
        entry.isVisibleTo(namespace) || (caller !== undefined && entry.callers.has(`${namespace}/${caller.name}`)),
    );
    const outside = seen.flatMap((entry) =>
      entry.hosts.map((host) => `${entry.namespace === namespace ? '.' : entry.namespace}/${host}`),
    );
    return [`*/${ANY_SERVICE_HOST}`, ...[...new Set(outside)].sort()];
  }
}
