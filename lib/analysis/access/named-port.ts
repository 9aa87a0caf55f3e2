/** A port by number and name; {@link portName} is its text. */
export interface NamedPort {
  /** As clients write it. */
  readonly port: number;
  /** Empty if it has none. */
  readonly name: string;
}

/** A port for people: `80 (http)`. */
export function portName({ port, name }: NamedPort): string {
  return name === '' ? String(port) : `${port} (${name})`;
}
