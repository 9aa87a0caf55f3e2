import { addTo } from '../../base/add-to';
import type { AuthorizationPolicy, PolicyField } from './authorization-policy';

/** Fields and condition keys that are compared with the peer's identity as principals. */
export const PRINCIPAL_FIELDS: readonly string[] = ['principals', 'notPrincipals', 'source.principal'];

/** Fields and condition keys that are compared with the peer's trust domain. */
export const TRUST_DOMAIN_FIELDS: readonly string[] = ['trustDomains', 'notTrustDomains', 'source.trustDomain'];

/** Fields and condition keys that say for which ports of the pod a rule is. */
export const PORT_FIELDS: readonly string[] = ['ports', 'destination.port'];

/** Fields that are compared with the request's path. */
export const PATH_FIELDS: readonly string[] = ['paths', 'notPaths'];

/** Every list of values in the AuthorizationPolicies by its name, so that a rule looks at nothing but what it is about. */
export class PolicyFieldIndex {
  private readonly byName = new Map<string, PolicyField[]>();

  public constructor(policies: readonly AuthorizationPolicy[]) {
    for (const { rules } of policies) {
      for (const { from, to, when } of rules) {
        this.add(from);
        this.add(to);
        this.add(when);
      }
    }
  }

  /** The lists of these names: fields as they are written, or keys of conditions. */
  public named(...names: readonly string[]): readonly PolicyField[] {
    return names.flatMap((name) => this.byName.get(name) ?? []);
  }

  /** All lists. */
  public all(): readonly PolicyField[] {
    return [...this.byName.values()].flat();
  }

  private add(clauses: AuthorizationPolicy['rules'][number]['from']): void {
    for (const { fields } of clauses) {
      for (const field of fields) addTo(this.byName, field.name, field);
    }
  }
}
