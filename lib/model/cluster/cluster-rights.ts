import { field, type JsonValue, listAt, textAt } from '../../base/json';
import { RBAC } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** One rule of a role: verbs and resources. */
export interface RoleRule {
  readonly role: Manifest;
  readonly pointer: string;
  readonly body: JsonValue;
}

/** A binding that gives a role to an account, or to a group the account is in. */
export interface RoleGrant {
  readonly roleName: string;
  /** What defines the role's rules: a manifest, a controller that aggregates other roles, or something unknown. */
  readonly writtenBy: 'manifest' | 'controller' | 'unknown';
  /** Its rules, if a manifest defines them. */
  readonly rules: readonly RoleRule[];
  /** The subject of the binding: the account itself, all accounts of its namespace, or more than these. */
  readonly to: 'account' | 'namespace' | 'everybody';
}

interface Account {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** What ClusterRoleBindings, or RoleBindings of any namespace, give to a ServiceAccount. */
export function grantsOf(
  manifests: ManifestSet,
  kind: 'ClusterRoleBinding' | 'RoleBinding',
  account: Account,
): readonly RoleGrant[] {
  return manifests.ofKind(kind, RBAC).flatMap(({ namespace, body }) => {
    const subjects = listAt(body, 'subjects');
    const to = recipientOf(subjects, account);
    if (to === undefined) return [];
    const roleKind = textAt(body, 'roleRef', 'kind') ?? '';
    const roleName = textAt(body, 'roleRef', 'name') ?? '';
    const role = manifests.find(roleKind, roleKind === 'Role' ? namespace : undefined, roleName);
    return [{ roleName, to, writtenBy: authorOf(role), rules: role ? rulesOf(role) : [] }];
  });
}

function authorOf(role: Manifest | undefined): RoleGrant['writtenBy'] {
  if (role === undefined) return 'unknown';
  return field(role.body, 'aggregationRule') == null ? 'manifest' : 'controller';
}

function rulesOf(role: Manifest): readonly RoleRule[] {
  return listAt(role.body, 'rules').map((body, index) => ({ role, pointer: `/rules/${index}`, body }));
}

function isAccount(subject: JsonValue, { namespace, serviceAccount }: Account): boolean {
  const name = textAt(subject, 'name');
  return textAt(subject, 'kind') === 'User'
    ? name === `system:serviceaccount:${namespace}:${serviceAccount}`
    : textAt(subject, 'kind') === 'ServiceAccount' &&
        name === serviceAccount &&
        textAt(subject, 'namespace') === namespace;
}

/** Whom the narrowest of the subjects that are about the account stands for; undefined if none is. */
function recipientOf(subjects: readonly JsonValue[], account: Account): RoleGrant['to'] | undefined {
  if (subjects.some((subject) => isAccount(subject, account))) return 'account';
  if (subjects.some((subject) => isGroup(subject, `system:serviceaccounts:${account.namespace}`))) return 'namespace';
  return subjects.some((subject) => isGroup(subject, ...GROUPS_OF_ALL)) ? 'everybody' : undefined;
}

/**
 * Every token of a ServiceAccount is in these, and in the group of its namespace
 * (kubernetes/kubernetes staging/src/k8s.io/apiserver `MakeGroupNames`).
 */
const GROUPS_OF_ALL = ['system:serviceaccounts', 'system:authenticated'];

function isGroup(subject: JsonValue, ...names: readonly string[]): boolean {
  return textAt(subject, 'kind') === 'Group' && names.includes(textAt(subject, 'name') ?? '');
}
