import { isVariable } from '../../../../base/is-variable';
import { field, isObject, type JsonValue, numberAt, objectAt, scalarText, textAt } from '../../../../base/json';
import { SHORTEST_TOKEN } from '../../../../upstream/kubernetes/admitted-values';
import { isDnsLabel, isDnsSubdomain } from '../../../../upstream/kubernetes/names';
import { isIpAddress } from '../../../../upstream/network/ip-address';
import {
  absentAt,
  each,
  isGiven,
  NO_PROBLEMS,
  nameOf,
  oneText,
  type Problem,
  problemAt,
  repeatedProblems,
} from '../problem';
import { affinityProblems, topologyProblems } from './affinity';
import { containerProblems } from './container';
import { labelMapProblems } from './metadata';
import { selectorProblems } from './selector';

/** Namespaces of a node that a pod with users of its own cannot share. */
const HOST_NAMESPACES = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

/** What the API server refuses in the spec of a pod (kubernetes/kubernetes pkg/apis/core/validation/validation.go `ValidatePodSpec`). */
export function podProblems(spec: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(spec)) return NO_PROBLEMS;
  const sharesNetwork = spec.hostNetwork === true;
  const shared = spec.hostUsers === false ? HOST_NAMESPACES.find((name) => spec[name] === true) : undefined;
  return [
    ...(field(spec, 'containers') !== undefined && !isGiven(spec, 'containers')
      ? absentAt(at, 'the pod has no containers')
      : NO_PROBLEMS),
    ...each(spec, at, 'containers', (one, place) => containerProblems(one, place, { isInit: false, sharesNetwork })),
    ...each(spec, at, 'initContainers', (one, place) => containerProblems(one, place, { isInit: true, sharesNetwork })),
    ...repeatedContainers(spec, at),
    ...volumeProblems(spec, at),
    ...oneText(spec, at, 'serviceAccountName', (name) =>
      isDnsSubdomain(name) ? undefined : `"${name}" is not a valid name of a ServiceAccount`,
    ),
    ...labelMapProblems(spec, at, 'nodeSelector'),
    ...problemAt(`${at}/hostUsers`, shared === undefined ? undefined : `hostUsers is false and ${shared} is true`),
    ...(textAt(spec, 'dnsPolicy') === 'None' && !isGiven(spec, 'dnsConfig')
      ? absentAt(at, 'dnsPolicy None requires dnsConfig')
      : NO_PROBLEMS),
    ...each(spec, at, 'tolerations', (one, place) => problemAt(place, tolerationProblem(one))),
    ...each(spec, at, 'hostAliases', (one, place) =>
      oneText(one, place, 'ip', (ip) => (isIpAddress(ip) ? undefined : `"${ip}" is not an IP address`)),
    ),
    ...each(spec, at, 'topologySpreadConstraints', (one, place) => {
      const skew = numberAt(one, 'maxSkew') ?? 1;
      return [
        ...problemAt(`${place}/maxSkew`, skew < 1 ? `maxSkew is ${skew}, but must be at least 1` : undefined),
        ...topologyProblems(one, place),
        ...selectorProblems(one, place, 'labelSelector'),
      ];
    }),
    ...affinityProblems(spec, at),
    ...seccompProblems(spec, at),
  ];
}

function repeatedContainers(spec: JsonValue, at: string): readonly Problem[] {
  const seen = new Set<string>();
  return ['initContainers', 'containers'].flatMap((list) =>
    each(spec, at, list, (one, place) => {
      const name = textAt(one, 'name') ?? '';
      const isSecond = name !== '' && seen.has(name);
      seen.add(name);
      return problemAt(`${place}/name`, isSecond ? `two containers are named "${name}"` : undefined);
    }),
  );
}

function volumeProblems(spec: JsonValue, at: string): readonly Problem[] {
  const twice = repeatedProblems(spec, at, 'volumes', nameOf, (name) => `two volumes are named "${name}"`, '/name');
  const others = each(spec, at, 'volumes', (volume, place) => [
    ...oneText(volume, place, 'name', (name) =>
      isDnsLabel(name) ? undefined : `"${name}" is not a valid name of a volume`,
    ),
    ...oneText(field(volume, 'hostPath'), `${place}/hostPath`, 'path', (path) =>
      path.split('/').includes('..') ? `"${path}" contains ".."` : undefined,
    ),
    ...oneText(field(volume, 'csi'), `${place}/csi`, 'driver', (name) =>
      isDnsSubdomain(name) ? undefined : `"${name}" is not a valid name of a CSI driver`,
    ),
    ...each(field(volume, 'projected'), `${place}/projected`, 'sources', (source, where) => {
      const seconds = numberAt(source, 'serviceAccountToken', 'expirationSeconds') ?? SHORTEST_TOKEN;
      const problem =
        seconds < SHORTEST_TOKEN
          ? `a token expires after ${seconds} seconds, but the minimum is ${SHORTEST_TOKEN}`
          : undefined;
      return problemAt(`${where}/serviceAccountToken/expirationSeconds`, problem);
    }),
  ]);
  return [...twice, ...others];
}

function tolerationProblem(toleration: JsonValue): string | undefined {
  const operator = textAt(toleration, 'operator') ?? 'Equal';
  const effect = textAt(toleration, 'effect') ?? '';
  if (operator === 'Exists' && isGiven(toleration, 'value')) return 'a toleration with operator Exists has a value';
  if (operator === 'Equal' && !isGiven(toleration, 'key')) return 'a toleration without a key requires operator Exists';
  const isTimed = field(toleration, 'tolerationSeconds') != null && effect !== 'NoExecute';
  return isTimed && !isVariable(effect) ? 'tolerationSeconds requires effect NoExecute' : undefined;
}

/** What is wrong with the profile of a pod or a container. */
export function seccompProblems(parent: JsonValue, at: string): readonly Problem[] {
  const profile = objectAt(parent, 'securityContext', 'seccompProfile');
  const isLocal = textAt(profile, 'type') === 'Localhost';
  const hasFile = (scalarText(profile.localhostProfile) ?? '') !== '';
  return isLocal && !hasFile
    ? absentAt(`${at}/securityContext/seccompProfile`, 'type Localhost requires localhostProfile')
    : NO_PROBLEMS;
}
