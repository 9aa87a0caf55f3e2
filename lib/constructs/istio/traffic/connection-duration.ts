import type { ApiObject, Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { inboundDurationPatches } from '../../../upstream/istio/connection-duration';
import { ISTIO_NETWORKING_V1ALPHA3 } from '../../../upstream/kubernetes/api-groups';
import { toProtobufDurationText } from '../../../upstream/teleport/durations';
import { addObject } from '../../kubernetes/kubernetes-object';

/**
 * Has every sidecar end the connections and requests that come in after a time. In the mesh's root namespace it is for all of them.
 *
 * @throws InvalidInputError if the time is not a positive whole number of seconds
 */
export function addConnectionDuration(scope: Construct, id: string, namespace: string, duration: Duration): ApiObject {
  return addObject(scope, id, {
    apiVersion: ISTIO_NETWORKING_V1ALPHA3,
    kind: 'EnvoyFilter',
    metadata: { name: 'connection-duration', namespace },
    spec: {
      configPatches: inboundDurationPatches(toProtobufDurationText(secondsOf(`${scope.node.path}/${id}`, duration))),
    },
  });
}

function secondsOf(where: string, duration: Duration): number {
  const seconds = duration.toMilliseconds() / 1000;
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw new InvalidInputError({
    where,
    problem: 'not a positive whole number of seconds',
    value: `${duration.toMilliseconds()}ms`,
    allowed:
      'one second or more, without fractions; a minute or more in practice, as each end of a connection is a new handshake',
    fix: 'write it like Duration.hours(1)',
  });
}
