import { InvalidInputError } from '../../base/invalid-input-error';
import { checkPort } from '../../upstream/network/port-number';

/**
 * @throws InvalidInputError if the path is relative or would not survive in one line of YAML
 */
export function checkAbsolutePath(where: string, field: string, path: string): string {
  if (!/^\/[^\0\n\r]*$/.test(path)) {
    throw new InvalidInputError({
      where,
      problem: `"${field}" is not an absolute path`,
      value: path,
      allowed: 'a path that starts with "/"',
    });
  }
  return path;
}

/**
 * @throws InvalidInputError if the text is empty
 */
export function checkNotEmpty(where: string, field: string, text: string): string {
  if (text.trim() === '') {
    throw new InvalidInputError({
      where,
      problem: `"${field}" is empty`,
      value: text,
      allowed: 'a string that is not empty',
    });
  }
  return text;
}

/** Host and port in one text; an IPv6 address gets its brackets. */
export function hostAndPort(where: string, field: string, host: string, port: number): string {
  if (!/^[A-Za-z0-9.-]+$|^[0-9A-Fa-f:.]+$/.test(host)) {
    throw new InvalidInputError({
      where,
      problem: `"${field}" is not a valid host`,
      value: host,
      allowed: 'a host name or an IP address, without scheme and port',
    });
  }
  return `${host.includes(':') ? `[${host}]` : host}:${checkPort(where, field, port)}`;
}
