import { addTo } from '../../base/add-to';
import type { CompiledPolicy } from '../policy/compiled-policy';

/**
 * The policies of one workload by the callers of their rules: a rule about one caller is covered only by a rule that names
 * that caller too, or one that is not about named callers alone. So each policy meets a few others and not all of them.
 */
export class Rivals {
  private readonly positions: ReadonlyMap<CompiledPolicy, number>;
  private readonly ofAnybody: CompiledPolicy[] = [];
  private readonly byCaller = new Map<string, CompiledPolicy[]>();

  public constructor(policies: readonly CompiledPolicy[]) {
    this.positions = new Map(policies.map((policy, index) => [policy, index]));
    for (const policy of policies) {
      const { outlines } = policy.rules;
      if (outlines.some(({ callers }) => callers === undefined)) this.ofAnybody.push(policy);
      const named = new Set(outlines.flatMap(({ callers }) => callers ?? []));
      for (const caller of named) addTo(this.byCaller, caller, policy);
    }
  }

  /** The policies, itself among them, with rules that may cover one of a policy's, in their order. */
  public of(policy: CompiledPolicy): readonly CompiledPolicy[] {
    const named = policy.rules.outlines.flatMap(({ callers }) => callers ?? []);
    const found = new Set([policy, ...this.ofAnybody, ...named.flatMap((caller) => this.byCaller.get(caller) ?? [])]);
    return [...found].sort((a, b) => (this.positions.get(a) ?? 0) - (this.positions.get(b) ?? 0));
  }
}
