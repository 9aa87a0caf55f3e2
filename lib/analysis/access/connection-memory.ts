import type { Connection } from './connection';
import type { Caller, Destination } from './connector';

/** All pairs of a large mesh are too many to keep; of the questions people and tests ask, each pair comes again. */
const MOST_CONNECTIONS = 20_000;

/** Keeps how callers and destinations connect, as far as that is worth the memory. */
export class ConnectionMemory {
  private readonly known = new Map<Destination, Map<object | string, Connection>>();
  private size = 0;

  /** The connection of the two, made out once as long as it is remembered. */
  public connection(caller: Caller, to: Destination, connect: () => Connection): Connection {
    const key = keyOf(caller);
    if (key === undefined) return connect();
    const known = this.known.get(to)?.get(key);
    if (known) return known;
    const made = connect();
    if (this.size >= MOST_CONNECTIONS) this.clear();
    const ofDestination = this.known.get(to) ?? new Map<object | string, Connection>();
    this.known.set(to, ofDestination.set(key, made));
    this.size += 1;
    return made;
  }

  private clear(): void {
    this.known.clear();
    this.size = 0;
  }
}

/** The same for callers that meet the other side alike; undefined for those that stand for others. */
function keyOf(caller: Caller): object | string | undefined {
  if (caller.kind === 'workload') return caller.workload;
  if (caller.kind === 'identity') return caller.standsFor === undefined ? `identity ${caller.identity}` : undefined;
  return `outside ${caller.through ?? ''}`;
}
