import type { Facts } from './facts';

/** A connection of which no more is known than who calls, and at which port of the pods. */
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
