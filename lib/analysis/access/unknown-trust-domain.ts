import type { MeshSettings } from '../../model/installation/mesh-settings';
import { PRINCIPAL_OF_MESH } from '../../upstream/istio/mesh-config';
import { policyField } from '../../upstream/istio/policy-fields';
import type { CompiledPolicy } from '../policy/compiled-policy';
import type { CallerSet } from './caller-set';
import type { Caller } from './connector';

/**
 * Trust domains that a question is about, if the manifests do not say what the mesh's own is: whether these are the
 * mesh's decides the answer, so there is none. Empty if the manifests say it, or if nothing names one but by
 * `cluster.local`, which stands for the mesh's whatever it is called.
 */
export function unknownTrustDomains(
  { settings }: { readonly settings: MeshSettings },
  sets: readonly { readonly policies: readonly CompiledPolicy[] }[],
  caller?: Caller,
): readonly string[] {
  if (settings.trustDomainUnknown === undefined) return [];
  const found = new Set(sets.flatMap(({ policies }) => namedByAll(policies)));
  const named = caller?.kind === 'identity' ? authorityOf(caller.identity, caller.standsFor) : undefined;
  if (named !== undefined) found.add(named);
  found.delete(PRINCIPAL_OF_MESH);
  return [...found].sort();
}

/** The trust domain that a caller names by itself; undefined for the mesh's own, and for one that nobody names. */
function authorityOf(identity: string, standsFor: CallerSet | undefined): string | undefined {
  if (standsFor === undefined) return identity.split('/')[2];
  const named = standsFor.kind === 'workload-identities' ? standsFor.trustDomain : undefined;
  return typeof named === 'object' && !named.name.includes('*') ? named.name : undefined;
}

const namedTogether = new WeakMap<readonly CompiledPolicy[], readonly string[]>();

function namedByAll(policies: readonly CompiledPolicy[]): readonly string[] {
  let found = namedTogether.get(policies);
  if (found === undefined) {
    found = [...new Set(policies.flatMap(namedBy))];
    namedTogether.set(policies, found);
  }
  return found;
}

const named = new WeakMap<CompiledPolicy, readonly string[]>();

function namedBy(policy: CompiledPolicy): readonly string[] {
  let found = named.get(policy);
  if (found === undefined) {
    const conditions = policy.rules.http.flatMap((rule) => [...rule.from.flat(), ...rule.when]);
    found = conditions.flatMap(({ field, values }) => {
      const about = policyField(field);
      if (about === 'principals') {
        return values.filter((value) => value.includes('/')).map((value) => value.slice(0, value.indexOf('/')));
      }
      return about === 'trustDomains' ? values : [];
    });
    // With an asterisk in front any trust domain fits, and a value with a scheme never matches.
    found = found.filter((name) => name !== '' && !name.startsWith('*') && !name.endsWith(':'));
    named.set(policy, found);
  }
  return found;
}

/** Why a question about these trust domains has no answer, and what would give it one; a clause. */
export function dependsOnTrustDomains(trustDomains: readonly string[], because: string | undefined): string {
  const names = trustDomains.join(' or ');
  const why = because ?? 'the manifests do not state it';
  return `the answer depends on whether ${names} is the mesh’s trust domain, which is unknown because ${why}: add the IstioOperator, the values of istiod, or the ConfigMap "istio"`;
}
