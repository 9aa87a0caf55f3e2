import { isVariable } from '../../../../base/is-variable';
import {
  field,
  isObject,
  type JsonObject,
  type JsonValue,
  numberAt,
  objectAt,
  scalarText,
  textAt,
} from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { isCidr, isDataKey, SECRET_KEYS } from '../../../../upstream/kubernetes/admitted-values';
import { RBAC } from '../../../../upstream/kubernetes/api-groups';
import { ipRange, parseIp } from '../../../../upstream/network/ip-address';
import {
  absentAt,
  each,
  eachText,
  isGiven,
  NO_PROBLEMS,
  oneText,
  type Problem,
  portProblems,
  problemAt,
  together,
} from '../problem';
import { selectorProblems } from './selector';

/** What the API server refuses in a Role or ClusterRole (kubernetes/kubernetes pkg/apis/rbac/validation/validation.go). */
export function roleProblems(body: JsonObject, kind: string): readonly Problem[] {
  return each(body, '', 'rules', (rule, at) => {
    if (isGiven(rule, 'nonResourceURLs')) {
      return problemAt(
        `${at}/nonResourceURLs`,
        kind === 'Role' ? 'nonResourceURLs are allowed only in ClusterRoles' : undefined,
      );
    }
    const missing = ['apiGroups', 'resources'].find((key) => !isGiven(rule, key));
    return missing === undefined ? NO_PROBLEMS : absentAt(at, `a rule has no ${missing}`);
  });
}

/** What the API server refuses in a RoleBinding or ClusterRoleBinding. */
export function bindingProblems(body: JsonObject, kind: string): readonly Problem[] {
  const group = textAt(body, 'roleRef', 'apiGroup');
  const role = textAt(body, 'roleRef', 'kind') ?? '';
  const isNarrow = kind === 'ClusterRoleBinding' && role === 'Role';
  return [
    ...problemAt(
      '/roleRef/apiGroup',
      group !== undefined && group !== RBAC && group !== ''
        ? `apiGroup of the role is "${group}", not ${RBAC}`
        : undefined,
    ),
    ...problemAt('/roleRef/kind', isNarrow ? 'a ClusterRoleBinding cannot refer to a Role' : undefined),
    ...each(body, '', 'subjects', (subject, at) => {
      const own = textAt(subject, 'kind') === 'ServiceAccount';
      const wanted = own ? '' : RBAC;
      const given = textAt(subject, 'apiGroup') ?? wanted;
      return problemAt(
        `${at}/apiGroup`,
        given === wanted || isVariable(given) ? undefined : `apiGroup of the subject is "${given}", not "${wanted}"`,
      );
    }),
  ];
}

/** What the API server refuses in a NetworkPolicy (kubernetes/kubernetes pkg/apis/networking/validation/validation.go). */
export function networkPolicyProblems(spec: JsonObject): readonly Problem[] {
  const sides = (['ingress', 'egress'] as const).flatMap((side) =>
    each(spec, '/spec', side, (rule, at) => [
      ...each(rule, at, 'ports', (port, place) => [
        ...portProblems(port, place, 'port'),
        ...problemAt(place, endPortProblem(port)),
      ]),
      ...each(rule, at, side === 'ingress' ? 'from' : 'to', (peer, place) => [
        ...(isObject(peer) ? together(peer, place, 'ipBlock', ['podSelector', 'namespaceSelector']) : NO_PROBLEMS),
        ...oneText(field(peer, 'ipBlock'), `${place}/ipBlock`, 'cidr', cidrProblem),
        ...eachText(field(peer, 'ipBlock'), `${place}/ipBlock`, 'except', (text) =>
          exceptProblem(text, textAt(peer, 'ipBlock', 'cidr') ?? ''),
        ),
        ...['podSelector', 'namespaceSelector'].flatMap((key) => selectorProblems(peer, place, key)),
      ]),
    ]),
  );
  return [...selectorProblems(spec, '/spec', 'podSelector'), ...sides];
}

/** A range of ports begins at a number that is not above its end. */
function endPortProblem(port: JsonValue): string | undefined {
  const end = numberAt(port, 'endPort');
  const first = field(port, 'port');
  if (end === undefined) return undefined;
  if (first == null) return 'endPort requires port';
  if (typeof first !== 'number') return 'endPort requires a port by number';
  return end < first ? `endPort ${end} is below port ${first}` : undefined;
}

/** An exception must be smaller than the block and inside it. */
function exceptProblem(text: string, block: string): string | undefined {
  if (!isCidr(text) || !isCidr(block)) return cidrProblem(text);
  const [address = '', length] = text.split('/');
  const parsed = parseIp(address);
  const isInside = parsed !== undefined && ipRange(block)?.(parsed) === true;
  const isSmaller = Number(length) > Number(block.split('/')[1]);
  return isInside && isSmaller ? undefined : `the exception ${text} is not a smaller block inside ${block}`;
}

function cidrProblem(text: string): string | undefined {
  return isCidr(text) ? undefined : `"${text}" is not a CIDR such as 10.0.0.0/8`;
}

/** What the API server refuses in the data of a ConfigMap or a Secret. */
export function dataProblems(body: JsonObject, kind: string): readonly Problem[] {
  const maps = kind === 'Secret' ? ['data', 'stringData'] : ['data', 'binaryData'];
  const type = textAt(body, 'type') ?? '';
  const keys = new Set(maps.flatMap((map) => Object.keys(objectAt(body, map))));
  const missing = kind === 'Secret' ? SECRET_KEYS.get(type)?.find((key) => !keys.has(key)) : undefined;
  const wrongKeys = maps.flatMap((map) =>
    Object.keys(objectAt(body, map)).flatMap((key) =>
      problemAt(toPointer(map, key), isDataKey(key) || isVariable(key) ? undefined : `"${key}" is not a valid key`),
    ),
  );
  const encoded = kind === 'Secret' ? 'data' : 'binaryData';
  const plain = Object.entries(objectAt(body, encoded)).flatMap(([key, value]) =>
    problemAt(
      toPointer(encoded, key),
      isBase64(value) ? undefined : `the value of ${key} is not valid Base64; plain text belongs in stringData`,
    ),
  );
  return [
    ...wrongKeys,
    ...plain,
    ...(missing === undefined ? NO_PROBLEMS : absentAt('', `a Secret of type ${type} has no ${missing}`)),
  ];
}

function isBase64(value: JsonValue): boolean {
  const text = scalarText(value);
  // SOPS and plugins of Argo CD put the value in later.
  if (text === undefined || isVariable(text) || /^ENC\[|^<.*>$/.test(text)) return true;
  const plain = text.replace(/[\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}

/** What the API server refuses in a PodDisruptionBudget. */
export function budgetProblems(spec: JsonObject): readonly Problem[] {
  const both = ['minAvailable', 'maxUnavailable'].every((key) => field(spec, key) != null);
  return [
    ...problemAt('/spec/maxUnavailable', both ? 'minAvailable and maxUnavailable are both set' : undefined),
    ...selectorProblems(spec, '/spec', 'selector'),
  ];
}

/** What the API server refuses in a HorizontalPodAutoscaler. */
export function autoscalerProblems(spec: JsonObject): readonly Problem[] {
  const [least, most] = [numberAt(spec, 'minReplicas') ?? 1, numberAt(spec, 'maxReplicas')];
  return problemAt(
    '/spec/maxReplicas',
    most !== undefined && most < least ? `maxReplicas ${most} is below minReplicas ${least}` : undefined,
  );
}

/** What the API server refuses in the paths of an Ingress. */
export function ingressProblems(spec: JsonObject): readonly Problem[] {
  return each(spec, '/spec', 'rules', (rule, at) =>
    each(field(rule, 'http'), `${at}/http`, 'paths', (path, place) =>
      oneText(path, place, 'path', (text) =>
        text.startsWith('/') || textAt(path, 'pathType') === 'ImplementationSpecific'
          ? undefined
          : `the path "${text}" does not begin with /`,
      ),
    ),
  );
}
