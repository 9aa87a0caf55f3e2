import { isVariable } from '../../../base/is-variable';
import { field, isObject, type JsonObject, objectAt, textAt } from '../../../base/json';
import { toPointer } from '../../../base/json-pointer';
import { isAddressOrHost, UNIX_ADDRESS } from '../../../upstream/istio/admission/admitted-names';
import {
  absentAt,
  isGiven,
  labelProblems,
  NO_PROBLEMS,
  nameProblem,
  negativeProblems,
  type Problem,
  portProblems,
  problemAt,
} from './problem';
import { socketProblems } from './service-entry';

/** Ways in which a WorkloadGroup asks whether a machine is healthy. */
const PROBES = ['httpGet', 'tcpSocket', 'exec', 'grpc'] as const;

/** Numbers of a probe. */
const COUNTS = [
  'periodSeconds',
  'initialDelaySeconds',
  'timeoutSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

/** What Istio refuses in a WorkloadEntry (istio/istio pkg/config/validation/validation.go `validateWorkloadEntry`). */
export function workloadEntryProblems(spec: JsonObject): readonly Problem[] {
  const address = textAt(spec, 'address') ?? '';
  if (address === '' && !isGiven(spec, 'network'))
    return absentAt('/spec', 'there is neither an address nor a network');
  const isRight = address === '' || isVariable(address) || address.startsWith(UNIX_ADDRESS) || isAddressOrHost(address);
  const ports = objectAt(spec, 'ports');
  return [
    ...problemAt('/spec/address', isRight ? undefined : `"${address}" is not an IP address or a host`),
    ...socketProblems(spec, '/spec'),
    ...Object.keys(ports).flatMap((name) => [
      ...problemAt(toPointer('spec', 'ports', name), isVariable(name) ? undefined : nameProblem(name)),
      ...portProblems(ports, '/spec/ports', name),
    ]),
    ...labelProblems(spec, '/spec', 'labels'),
  ];
}

/** What Istio refuses in a WorkloadGroup (`ValidateWorkloadGroup`). */
export function workloadGroupProblems(spec: JsonObject): readonly Problem[] {
  const probe = field(spec, 'probe');
  const asks = PROBES.some((name) => isGiven(probe, name));
  return [
    ...labelProblems(field(spec, 'metadata'), '/spec/metadata', 'labels'),
    ...(isObject(probe) && !asks
      ? absentAt('/spec/probe', `the probe has no ${PROBES.slice(0, 3).join(', ')}`)
      : NO_PROBLEMS),
    ...negativeProblems(probe, '/spec/probe', ...COUNTS),
    ...['httpGet', 'tcpSocket'].flatMap((name) => portProblems(field(probe, name), `/spec/probe/${name}`, 'port')),
  ];
}
