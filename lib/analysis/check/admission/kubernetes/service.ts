import { isVariable } from '../../../../base/is-variable';
import { field, type JsonObject, type JsonValue, listAt, numberAt, scalarText, textAt } from '../../../../base/json';
import { isPortName } from '../../../../upstream/kubernetes/admitted-values';
import { isDnsLabel, isDnsSubdomain, isQualifiedName } from '../../../../upstream/kubernetes/names';
import { isPortNumber } from '../../../../upstream/network/port-number';
import {
  absentAt,
  each,
  isGiven,
  NO_PROBLEMS,
  nameOf,
  oneText,
  type Problem,
  portProblems,
  problemAt,
  repeatedProblems,
} from '../problem';
import { labelMapProblems } from './metadata';

/** Types of Services that others reach from outside the cluster. */
const EXTERNAL: ReadonlySet<string> = new Set(['NodePort', 'LoadBalancer']);

/** What the API server refuses in a Service (kubernetes/kubernetes pkg/apis/core/validation/validation.go `ValidateService`). */
export function serviceProblems(spec: JsonObject): readonly Problem[] {
  const type = textAt(spec, 'type') ?? 'ClusterIP';
  if (isVariable(type)) return NO_PROBLEMS;
  const isHeadless = textAt(spec, 'clusterIP') === 'None';
  if (type === 'ExternalName') return nameProblems(spec);
  const takesNone = !isHeadless && !isGiven(spec, 'ports');
  return [
    ...(takesNone ? absentAt('/spec', 'the Service has no ports') : NO_PROBLEMS),
    ...labelMapProblems(spec, '/spec', 'selector'),
    ...each(spec, '/spec', 'ports', (port, at) => servicePortProblems(port, at, type)),
    ...repeatedPorts(spec),
    ...problemAt(
      '/spec/clusterIP',
      isHeadless && EXTERNAL.has(type) ? `clusterIP None is combined with type ${type}` : undefined,
    ),
    ...problemAt(
      '/spec/externalTrafficPolicy',
      isGiven(spec, 'externalTrafficPolicy') && !EXTERNAL.has(type) && !isGiven(spec, 'externalIPs')
        ? `externalTrafficPolicy is not allowed for type ${type}`
        : undefined,
    ),
  ];
}

function nameProblems(spec: JsonObject): readonly Problem[] {
  if (!isGiven(spec, 'externalName')) return absentAt('/spec', 'a Service of type ExternalName has no externalName');
  return oneText(spec, '/spec', 'externalName', (name) =>
    isDnsSubdomain(name.replace(/\.$/, '')) ? undefined : `"${name}" is not a host`,
  );
}

function servicePortProblems(port: JsonValue, at: string, type: string): readonly Problem[] {
  const target = field(port, 'targetPort');
  return [
    ...portProblems(port, at, 'port'),
    ...oneText(port, at, 'name', (name) =>
      isDnsLabel(name) ? undefined : `"${name}" is not a valid name of a port of a Service`,
    ),
    ...oneText(port, at, 'appProtocol', (name) =>
      isQualifiedName(name) ? undefined : `"${name}" is not a valid appProtocol`,
    ),
    ...problemAt(`${at}/targetPort`, targetProblem(target)),
    ...problemAt(
      `${at}/nodePort`,
      numberAt(port, 'nodePort') && !EXTERNAL.has(type) ? `nodePort is not allowed for type ${type}` : undefined,
    ),
  ];
}

function targetProblem(target: JsonValue | undefined): string | undefined {
  const text = scalarText(target);
  if (text === undefined || text === '' || isVariable(text) || target === 0) return undefined;
  if (typeof target === 'number') return isPortNumber(target) ? undefined : `${target} is not a port number`;
  if (/^\d+$/.test(text)) return `"${text}" is a string; write the number without quotes`;
  return isPortName(text) ? undefined : `"${text}" is not a valid name of a container's port`;
}

function repeatedPorts(spec: JsonObject): readonly Problem[] {
  const isSeveral = listAt(spec, 'ports').length > 1;
  return [
    ...each(spec, '/spec', 'ports', (port, at) =>
      isSeveral && nameOf(port) === undefined ? absentAt(at, 'one of several ports has no name') : NO_PROBLEMS,
    ),
    ...repeatedProblems(spec, '/spec', 'ports', nameOf, (name) => `two ports are named "${name}"`, '/name'),
    ...repeatedProblems(
      spec,
      '/spec',
      'ports',
      (port) => `${textAt(port, 'protocol') ?? 'TCP'} ${scalarText(field(port, 'port')) ?? ''}`,
      (port) => `the port ${port} is listed twice`,
      '/port',
    ),
  ];
}
