/** An IPv4 (4 bytes) or IPv6 (16 bytes) address. */
export type IpAddress = readonly number[];

/** A test of one address; IPv4 and IPv6 never match each other. */
export type IpTest = (address: IpAddress) => boolean;

/** Reads an IPv4 or IPv6 address; undefined if it is not valid. */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/**
 * Reads a value of `ipBlocks`: a prefix such as `10.0.0.0/8`, or one address. Host bits are allowed and ignored, as Envoy does.
 *
 * @returns undefined if it is neither
 */
export function ipRange(text: string): IpTest | undefined {
  const [head = '', length, ...rest] = text.split('/');
  const base = parseIp(head);
  if (base === undefined || rest.length > 0) return undefined;
  const bits = length === undefined ? base.length * 8 : decimal(length, base.length * 8);
  if (bits === undefined) return undefined;
  const whole = Math.floor(bits / 8);
  const mask = (0xff00 >> (bits % 8)) & 0xff;
  return (address) => {
    if (address.length !== base.length) return false;
    for (let i = 0; i < whole; i++) if (address[i] !== base[i]) return false;
    return mask === 0 || ((address[whole] ?? 0) & mask) === ((base[whole] ?? 0) & mask);
  };
}

function parseIpv4(text: string): IpAddress | undefined {
  const bytes = text.split('.').map((part) => decimal(part, 255));
  return bytes.length === 4 && bytes.every((byte) => byte !== undefined) ? bytes : undefined;
}

function parseIpv6(text: string): IpAddress | undefined {
  const [head = '', tail, ...rest] = text.split('::');
  if (rest.length > 0) return undefined;
  const before = ipv6Bytes(head, tail === undefined);
  const after = tail === undefined ? [] : ipv6Bytes(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 16 - before.length - after.length;
  // "::" stands for at least one group of zeros.
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...before, ...new Array<number>(missing).fill(0), ...after];
}

function ipv6Bytes(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const ipv4 = mayEndInIpv4 && index === groups.length - 1 && group.includes('.') ? parseIpv4(group) : undefined;
    if (ipv4) bytes.push(...ipv4);
    else if (/^[0-9a-fA-F]{1,4}$/.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes;
}

/** A decimal number without sign or leading zero, which Go's parser refuses in addresses. */
function decimal(text: string, most: number): number | undefined {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const number = Number(text);
  return number <= most ? number : undefined;
}

/** Whether the text is an IPv4 or IPv6 address, without a prefix length and without a zone. */
export function isIpAddress(text: string): boolean {
  return parseIp(text) !== undefined;
}

/** Whether the text is an address, or a block in CIDR form such as `10.0.0.0/8`. */
export function isIpBlock(text: string): boolean {
  return ipRange(text) !== undefined;
}
