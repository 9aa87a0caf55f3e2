import { InvalidInputError } from '../../base/invalid-input-error';

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$/;

/** The label that every namespace has, with its name (kubernetes/enhancements keps/sig-api-machinery/2161). */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** Recommended label of every object: the name of the application (kubernetes.io/docs/concepts/overview/working-with-objects/common-labels). */
export const APP_NAME_LABEL = 'app.kubernetes.io/name';

/** Recommended label of every object: the tool that made it. */
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';

/** Labels of a node with where it stands, the last of them Istio's own. */
export const TOPOLOGY_LABELS: ReadonlySet<string> = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
]);

/** Label of a node with its operating system. */
export const OS_LABEL = 'kubernetes.io/os';

/** Whether the text is an RFC 1123 label: what a namespace, a Service or a container may be called. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** Whether the text is an RFC 1123 subdomain: what most other objects, ServiceAccounts among them, may be called. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text);
}

/** Whether the text may be a label or annotation key: a name of 63 characters, with an optional DNS prefix. */
export function isQualifiedName(text: string): boolean {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  return (slash < 0 || isDnsSubdomain(text.slice(0, slash))) && name !== '' && isLabelValue(name);
}

/** Whether the text may be a label value: at most 63 characters, beginning and ending with a letter or digit, or empty. */
export function isLabelValue(text: string): boolean {
  return text.length <= 63 && LABEL_VALUE.test(text);
}

/**
 * Refuses a namespace name that the API server would refuse.
 *
 * @throws InvalidInputError
 */
export function checkNamespace(where: string, name: string): void {
  if (!isDnsLabel(name)) {
    throw refusal(
      where,
      'not a valid namespace name',
      name,
      'lower-case letters, digits and "-", at most 63 characters',
    );
  }
}

/**
 * Refuses the name of a ServiceAccount, ConfigMap, Deployment … that the API server would refuse.
 *
 * @throws InvalidInputError
 */
export function checkObjectName(where: string, name: string): void {
  if (!isDnsSubdomain(name)) {
    throw refusal(
      where,
      'not a valid object name',
      name,
      'lower-case letters, digits, "-" and ".", at most 253 characters',
    );
  }
}

/**
 * Refuses labels that the API server would refuse.
 *
 * @throws InvalidInputError
 */
export function checkLabels(where: string, labels: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(labels)) {
    if (!isQualifiedName(key)) {
      throw refusal(
        where,
        'not a valid label key',
        key,
        '[prefix/]name, with a name of at most 63 letters, digits, "-", "_" and "."',
      );
    }
    if (!isLabelValue(value)) {
      throw refusal(
        where,
        `not a valid value for label "${key}"`,
        value,
        'at most 63 letters, digits, "-", "_" and "."',
      );
    }
  }
}

function refusal(where: string, problem: string, value: string, allowed: string): InvalidInputError {
  return new InvalidInputError({ where, problem, value, allowed, fix: 'rename it' });
}
