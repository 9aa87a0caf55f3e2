import { isVariable } from '../../../../base/is-variable';
import { field, type JsonValue, objectAt, scalarText, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { Manifest } from '../../../../model/documents/manifest';
import { LONGEST_CRON_JOB_NAME } from '../../../../upstream/kubernetes/admitted-values';
import { RBAC } from '../../../../upstream/kubernetes/api-groups';
import { isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName } from '../../../../upstream/kubernetes/names';
import { isPodSecurityLevel, POD_SECURITY_LABEL } from '../../../../upstream/kubernetes/pod-security';
import { podTemplatePath, podTemplatePointer } from '../../../../upstream/kubernetes/pod-template';
import { NO_PROBLEMS, type Problem, problemAt } from '../problem';

/** Groups whose objects have names of RFC 1123; those of other groups may have rules of their own. */
const NAMED_BY_DNS =
  /^(?:v1|(?:apps|batch|policy|autoscaling)\/.*|(?:networking|storage|discovery|coordination|scheduling|admissionregistration|gateway\.networking)\.k8s\.io\/.*|.*\.istio\.io\/.*|resources\.teleport\.dev\/.*)$/;

/** What the API server refuses in the name, labels and annotations of an object and of its pods (kubernetes/apimachinery pkg/api/validation/objectmeta.go). */
export function metadataProblems(manifest: Manifest): readonly Problem[] {
  const { body, kind } = manifest;
  const template = podTemplatePath(kind).length > 0 ? field(body, ...podTemplatePath(kind)) : undefined;
  return [
    ...nameProblems(manifest),
    ...bothProblems(field(body, 'metadata'), '/metadata'),
    ...(template === undefined
      ? NO_PROBLEMS
      : bothProblems(field(template, 'metadata'), `${podTemplatePointer(kind)}/metadata`)),
    ...levelProblems(manifest),
  ];
}

function nameProblems({ body, kind, apiVersion }: Manifest): readonly Problem[] {
  return ['name', 'namespace'].flatMap((key) => {
    const name = textAt(body, 'metadata', key) ?? '';
    if (name === '' || isVariable(name)) return NO_PROBLEMS;
    return problemAt(`/metadata/${key}`, key === 'name' ? nameProblem(name, kind, apiVersion) : namespaceProblem(name));
  });
}

function namespaceProblem(name: string): string | undefined {
  return isDnsLabel(name) ? undefined : `"${name}" is not a valid namespace name`;
}

function nameProblem(name: string, kind: string, apiVersion: string): string | undefined {
  if (apiVersion.startsWith(`${RBAC}/`))
    return /[/%]|^\.{1,2}$/.test(name) ? `"${name}" is not a valid name` : undefined;
  if (!NAMED_BY_DNS.test(apiVersion)) return undefined;
  const isNarrow = apiVersion === 'v1' && (kind === 'Service' || kind === 'Namespace');
  if (isNarrow && !isDnsLabel(name)) return `"${name}" is not a valid name of a ${kind}`;
  if (!isDnsSubdomain(name)) return `"${name}" is not a valid name`;
  const isLong = kind === 'CronJob' && name.length > LONGEST_CRON_JOB_NAME;
  return isLong ? `the name of a CronJob has at most ${LONGEST_CRON_JOB_NAME} characters` : undefined;
}

function bothProblems(metadata: JsonValue | undefined, at: string): readonly Problem[] {
  return [
    ...labelMapProblems(metadata, at, 'labels'),
    ...Object.keys(objectAt(metadata, 'annotations')).flatMap((key) => {
      if (isQualifiedName(key.toLowerCase()) || isVariable(key)) return NO_PROBLEMS;
      return problemAt(`${at}${toPointer('annotations', key)}`, `"${key}" is not a valid annotation key`);
    }),
  ];
}

/** What the API server refuses in a map of labels. */
export function labelMapProblems(parent: JsonValue | undefined, at: string, key: string): readonly Problem[] {
  return Object.entries(objectAt(parent, key)).flatMap(([name, value]) => {
    const text = scalarText(value) ?? '';
    // Nearly all are right, and need no place.
    const isKey = isQualifiedName(name);
    if ((isKey && isLabelValue(text)) || isVariable(name) || isVariable(text)) return NO_PROBLEMS;
    const problem = isKey ? `"${text}" is not a valid label value` : `"${name}" is not a valid label key`;
    return problemAt(`${at}${toPointer(key, name)}`, problem);
  });
}

/** A level of Pod Security that does not exist. */
function levelProblems({ body, kind, apiVersion }: Manifest): readonly Problem[] {
  if (kind !== 'Namespace' || apiVersion !== 'v1') return NO_PROBLEMS;
  const labels = objectAt(body, 'metadata', 'labels');
  const prefix = POD_SECURITY_LABEL.slice(0, POD_SECURITY_LABEL.indexOf('/') + 1);
  return ['enforce', 'warn', 'audit'].flatMap((mode) => {
    const level = textAt(labels, `${prefix}${mode}`);
    if (level === undefined || isVariable(level) || isPodSecurityLevel(level)) return NO_PROBLEMS;
    return problemAt(toPointer('metadata', 'labels', `${prefix}${mode}`), `"${level}" is not a level of Pod Security`);
  });
}
