import { type JsonObject, objectAt, textAt, textsAt } from '../../base/json';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** A Teleport resource, whether for tctl or for the Kubernetes operator: both have `metadata` and `spec` alike. */
export interface TeleportResource {
  readonly manifest: Manifest;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
}

/** The Teleport resources among the manifests. */
export interface TeleportResources {
  readonly identities: readonly TeleportResource[];
  readonly roles: readonly TeleportResource[];
  readonly bots: readonly TeleportResource[];
  readonly tokens: readonly TeleportResource[];
  readonly issuerOverrides: readonly TeleportResource[];
}

/** Collects Teleport resources by kind, under tctl's and the operator's names. */
export function findTeleportResources(manifests: ManifestSet): TeleportResources {
  const ofKinds = (...kinds: readonly string[]) => kinds.flatMap((kind) => manifests.ofKind(kind)).map(toResource);
  return {
    identities: ofKinds('workload_identity', 'TeleportWorkloadIdentityV1'),
    roles: ofKinds('role', 'TeleportRoleV6', 'TeleportRoleV7', 'TeleportRoleV8', 'TeleportRoleV9'),
    bots: ofKinds('bot', 'TeleportBotV1'),
    tokens: ofKinds('token', 'TeleportProvisionToken'),
    issuerOverrides: [
      ...ofKinds('workload_identity_x509_issuer_override'),
      // Its successor; other kinds of it are for other authorities.
      ...ofKinds('cert_authority_override').filter(
        ({ manifest }) => textAt(manifest.body, 'sub_kind') === 'spiffe-tls',
      ),
    ],
  };
}

function toResource(manifest: Manifest): TeleportResource {
  return {
    manifest,
    name: manifest.name,
    labels: textsAt(manifest.body, 'metadata', 'labels'),
    spec: objectAt(manifest.body, 'spec'),
  };
}

/** The identity's SPIFFE ID template, without the trust domain. */
export function idTemplate({ spec }: TeleportResource): string {
  return textAt(spec, 'spiffe', 'id') ?? '';
}

/** The path every mesh identity must have, whatever the spaces inside the braces. */
const ISTIO_PATH =
  /^\/ns\/\{\{ *workload\.kubernetes\.namespace *\}\}\/sa\/\{\{ *workload\.kubernetes\.service_account *\}\}$/;

/** Whether the identity's path is the pod's own namespace and ServiceAccount, as Istio expects. */
export function hasIstioPath(identity: TeleportResource): boolean {
  return ISTIO_PATH.test(idTemplate(identity));
}

/**
 * Whether labels of a role (`{key: value | [values]}`) may select a resource's labels: an asterisk stands for any text, and
 * `^…$` is a regular expression, which is taken to match, as what a trait fills in is (gravitational/teleport
 * lib/services/role.go (MatchLabels), lib/utils/replace.go).
 */
export function roleSelects(roleLabels: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(roleLabels);
  return (
    wanted.length > 0 &&
    wanted.every(([key, value]) => {
      const allowed = Array.isArray(value) ? value : [value];
      if (key === '*') return allowed.includes('*');
      const label = labels[key];
      return label !== undefined && allowed.some((one) => typeof one === 'string' && mayBe(one, label));
    })
  );
}

function mayBe(pattern: string, text: string): boolean {
  if ((pattern.startsWith('^') && pattern.endsWith('$')) || pattern.includes('{{')) return true;
  const [first = '', ...others] = pattern.split('*');
  if (others.length === 0) return text === pattern;
  const last = others.pop() ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let rest = text.slice(first.length, text.length - last.length);
  return others.every((part) => {
    const at = rest.indexOf(part);
    rest = rest.slice(at + part.length);
    return at !== -1;
  });
}
