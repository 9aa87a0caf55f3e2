import type { Facts } from './facts';

/** A connection of which only the caller and the pod port are known. */
export function bareFacts(identity: Facts['identity'], port: number): Facts {
  return {
    identity,
    port,
    sourceIp: undefined,
    remoteIp: undefined,
    destinationIp: undefined,
    sni: undefined,
    method: undefined,
    host: undefined,
    path: undefined,
    query: undefined,
    headers: undefined,
    claims: undefined,
  };
}
