import { isVariable } from '../../../../base/is-variable';
import { field, isObject, type JsonValue, listAt, numberAt, objectAt, scalarText, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { isEnvField, isPortName, isResourceName, quantity } from '../../../../upstream/kubernetes/admitted-values';
import { isDnsLabel } from '../../../../upstream/kubernetes/names';
import { PROBE_FIELDS } from '../../../../upstream/kubernetes/probes';
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

/** Ways in which a probe asks. */
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;

/** Largest id of a user or a group. */
const LARGEST_ID = 2 ** 31 - 1;

/** What is known of a container from the pod around it. */
export interface ContainerPlace {
  readonly isInit: boolean;
  /** Whether the pod is on the host network. */
  readonly sharesNetwork: boolean;
}

/** What the API server refuses in a container (kubernetes/kubernetes pkg/apis/core/validation/validation.go `validateContainerCommon`). */
export function containerProblems(container: JsonValue, at: string, place: ContainerPlace): readonly Problem[] {
  const image = textAt(container, 'image');
  const isSidecar = textAt(container, 'restartPolicy') === 'Always';
  return [
    ...oneText(container, at, 'name', (name) =>
      isDnsLabel(name) ? undefined : `"${name}" is not a valid name of a container`,
    ),
    ...(image === undefined || image === '' ? absentAt(at, 'a container has no image') : NO_PROBLEMS),
    ...problemAt(
      `${at}/image`,
      image !== undefined && image !== image.trim() ? 'the image has a space at its beginning or end' : undefined,
    ),
    ...containerPortProblems(container, at, place),
    ...each(container, at, 'env', environmentProblems),
    ...mountProblems(container, at),
    ...PROBE_FIELDS.flatMap((name) => {
      const isRefused = place.isInit && !isSidecar && isGiven(container, name);
      if (isRefused) return problemAt(`${at}/${name}`, `an init container that ends has ${name}`);
      return probeProblems(field(container, name), `${at}/${name}`, name);
    }),
    ...problemAt(
      `${at}/lifecycle`,
      place.isInit && !isSidecar && isGiven(container, 'lifecycle')
        ? 'an init container that ends has lifecycle'
        : undefined,
    ),
    ...resourceProblems(field(container, 'resources'), `${at}/resources`),
    ...securityProblems(field(container, 'securityContext'), `${at}/securityContext`),
  ];
}

function containerPortProblems(
  container: JsonValue,
  at: string,
  { sharesNetwork }: ContainerPlace,
): readonly Problem[] {
  const others = each(container, at, 'ports', (port, where) => {
    const host = numberAt(port, 'hostPort') ?? 0;
    const differs = sharesNetwork && host !== 0 && host !== numberAt(port, 'containerPort');
    return [
      ...oneText(port, where, 'name', (text) =>
        isPortName(text)
          ? undefined
          : `"${text}" is not a valid port name: at most 15 lower-case letters, digits and hyphens, one a letter`,
      ),
      ...portProblems(port, where, 'containerPort'),
      ...problemAt(`${where}/hostPort`, differs ? 'on the host network, hostPort must be containerPort' : undefined),
    ];
  });
  const twice = repeatedProblems(container, at, 'ports', nameOf, (name) => `two ports are named "${name}"`, '/name');
  return [...twice, ...others];
}

function environmentProblems(variable: JsonValue, at: string): readonly Problem[] {
  const from = field(variable, 'valueFrom');
  const path = textAt(from, 'fieldRef', 'fieldPath');
  return [
    ...oneText(variable, at, 'name', (name) =>
      /[^ -<>-~]/.test(name) ? `"${name}" is not a valid name of a variable` : undefined,
    ),
    ...problemAt(
      `${at}/valueFrom`,
      isObject(from) && isGiven(variable, 'value') ? 'value and valueFrom are both set' : undefined,
    ),
    ...problemAt(
      `${at}/valueFrom/fieldRef/fieldPath`,
      path === undefined || isVariable(path) || isEnvField(path)
        ? undefined
        : `fieldRef does not support the field ${path}`,
    ),
  ];
}

function mountProblems(container: JsonValue, at: string): readonly Problem[] {
  return [
    ...repeatedProblems(
      container,
      at,
      'volumeMounts',
      (mount) => textAt(mount, 'mountPath') || undefined,
      (path) => `two volumes are mounted at ${path}`,
      '/mountPath',
    ),
    ...each(container, at, 'volumeMounts', (mount, where) =>
      oneText(mount, where, 'subPath', (text) =>
        text.startsWith('/') || text.split('/').includes('..')
          ? `"${text}" is not a path inside the volume`
          : undefined,
      ),
    ),
  ];
}

function probeProblems(probe: JsonValue | undefined, at: string, kind: string): readonly Problem[] {
  if (!isObject(probe)) return NO_PROBLEMS;
  const handlers = HANDLERS.filter((name) => probe[name] != null);
  const threshold = numberAt(probe, 'successThreshold') ?? 1;
  return [
    ...(handlers.length === 0 ? absentAt(at, `a probe has no ${HANDLERS.join(', ')}`) : NO_PROBLEMS),
    ...problemAt(
      `${at}/${handlers[1]}`,
      handlers.length > 1 ? `a probe has ${handlers[0]} and ${handlers[1]}` : undefined,
    ),
    ...problemAt(
      `${at}/successThreshold`,
      kind !== 'readinessProbe' && threshold > 1
        ? `successThreshold of ${kind} is ${threshold}, but must be 1`
        : undefined,
    ),
  ];
}

function resourceProblems(resources: JsonValue | undefined, at: string): readonly Problem[] {
  const limits = objectAt(resources, 'limits');
  return ['limits', 'requests'].flatMap((kind) =>
    Object.entries(objectAt(resources, kind)).flatMap(([name, value]) => {
      const text = scalarText(value) ?? '';
      const place = `${at}${toPointer(kind, name)}`;
      if (text === '' || isVariable(text) || isVariable(name)) return NO_PROBLEMS;
      if (!isResourceName(name)) return problemAt(place, `"${name}" is not a resource of containers`);
      const amount = quantity(text);
      if (amount === undefined) return problemAt(place, `"${text}" is not a quantity such as 500m or 128Mi`);
      const limit = quantity(scalarText(limits[name]) ?? '');
      const exceeds = kind === 'requests' && limit !== undefined && amount > limit;
      return problemAt(
        place,
        exceeds ? `the request ${text} is above the limit ${scalarText(limits[name])}` : undefined,
      );
    }),
  );
}

function securityProblems(context: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(context)) return NO_PROBLEMS;
  const cannotRaise = context.allowPrivilegeEscalation === false;
  const adds = listAt(context, 'capabilities', 'add').includes('CAP_SYS_ADMIN');
  const cause = context.privileged === true ? 'privileged is true' : adds ? 'CAP_SYS_ADMIN is added' : undefined;
  return [
    ...problemAt(
      `${at}/allowPrivilegeEscalation`,
      cannotRaise && cause !== undefined ? `allowPrivilegeEscalation is false and ${cause}` : undefined,
    ),
    ...['runAsUser', 'runAsGroup'].flatMap((key) => {
      const id = numberAt(context, key) ?? 0;
      return problemAt(
        `${at}/${key}`,
        id < 0 || id > LARGEST_ID ? `${key} is ${id}, but must be from 0 to ${LARGEST_ID}` : undefined,
      );
    }),
  ];
}
