import type { PolicyClause, PolicyField, PolicyRule } from '../../../../model/policy/authorization-policy';
import { isIdentityField } from '../../../../upstream/istio/policy-fields';

/** The field about identities that a rule needs; undefined if it matches callers without one too. */
export function neededIdentity({ from, when }: PolicyRule): string | undefined {
  const sources = from.map(positive);
  const [first] = sources;
  const condition = when.map(positive).find((field) => field !== undefined);
  return (condition ?? (sources.includes(undefined) ? undefined : first))?.name;
}

function positive({ fields }: PolicyClause): PolicyField | undefined {
  return fields.find(({ name, negative }) => !negative && isIdentityField(name));
}
