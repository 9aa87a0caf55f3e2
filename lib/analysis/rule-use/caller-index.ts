import { addTo } from '../../base/add-to';
import { identityUri, istioIdentityUri } from '../../upstream/spiffe/identity-uri';
import type { Caller } from '../access/connector';
import type { MeshModel } from '../access/mesh-model';
import type { CompiledRule } from '../policy/compiled-rule';

/** Finds the callers that a rule can match without testing all of them. */
export class CallerIndex {
  private readonly all: readonly Caller[];
  private readonly byIdentity = new Map<string, Caller[]>();
  /** Callers that present none, by the identity that a proxy of theirs would have. */
  private readonly withoutIdentity = new Map<string, Caller[]>();
  private readonly byNamespace = new Map<string, Caller[]>();

  public constructor(model: MeshModel) {
    const workloads = model.workloads.map((workload): Caller => {
      const proxy = model.proxyOf(workload);
      const caller: Caller = { kind: 'workload', workload, proxy };
      const identity = 'identity' in proxy ? proxy.identity : undefined;
      if (identity !== undefined) addTo(this.byIdentity, identity, caller);
      if (proxy.kind === 'none' || proxy.kind === 'not-running') {
        const { trustDomain } = model.settings;
        addTo(this.withoutIdentity, istioIdentityUri(trustDomain, workload.namespace, workload.serviceAccount), caller);
      }
      addTo(this.byNamespace, workload.namespace, caller);
      return caller;
    });
    this.all = [{ kind: 'outside' }, ...workloads];
  }

  /**
   * The callers a rule may match: those that its principals and namespaces name, or all callers. A principal that no
   * workload in the manifests has is assumed to exist elsewhere, as a gateway's may, unless the pods of that
   * ServiceAccount have no proxy.
   */
  public about(rule: CompiledRule): Iterable<Caller> {
    if (rule.from.length === 0) return this.all;
    const found = new Set<Caller>();
    for (const alternative of rule.from) {
      const named = alternative.find(
        ({ field, negated, values }) =>
          !negated &&
          (field === 'principals' || field === 'namespaces') &&
          !values.some((value) => value.includes('*')),
      );
      if (named === undefined) return this.all;
      for (const value of named.values) {
        const callers = named.field === 'principals' ? this.withIdentity(value) : this.byNamespace.get(value);
        for (const caller of callers ?? []) found.add(caller);
      }
    }
    return found;
  }

  private withIdentity(principal: string): readonly Caller[] {
    const identity = identityUri(principal);
    return this.byIdentity.get(identity) ?? this.withoutIdentity.get(identity) ?? [{ kind: 'identity', identity }];
  }
}
