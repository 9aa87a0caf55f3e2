/** A port by number and name; {@link portName} is its text. */
export interface NamedPort {
  /** As clients write it. */
  readonly port: number;
  /** Empty if it has none. */
  readonly name: string;
}

/** Every port of a host outside the mesh; a number that no port has. */
export const ANY_PORT: NamedPort = { port: 0, name: 'any' };

/** A port as text for people: `80 (http)`. */
export function portName({ port, name }: NamedPort): string {
  if (port === ANY_PORT.port) return ANY_PORT.name;
  return name === '' ? String(port) : `${port} (${name})`;
}
