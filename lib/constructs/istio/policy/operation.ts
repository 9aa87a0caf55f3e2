import { InvalidInputError } from '../../../base/invalid-input-error';
import { merged } from '../../../base/merged';
import { isHttpField } from '../../../upstream/istio/policy-fields';
import type { AtLeastOne, NonEmpty } from './at-least-one';
import { checkWildcard, renderBoth } from './match-list';
import { checkPath } from './path-pattern';
import { checkPort } from './policy-port';

/** HTTP methods by name; the type accepts other strings too, and lists these for completion. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | (string & {});

/** What a request does; each field is a list of alternatives, and all given fields must match. */
export interface HttpFields {
  /**
   * Upper-case methods.
   *
   * @default - any
   */
  readonly methods?: readonly HttpMethod[];
  /**
   * Any method except these.
   *
   * @default - no exceptions
   */
  readonly notMethods?: readonly HttpMethod[];
  /**
   * Paths without the query: exact, with a leading or trailing asterisk, or a template with `{*}` (one segment) and
   * `{**}` (the rest).
   *
   * @default - any
   */
  readonly paths?: readonly string[];
  /**
   * Any path except these, written like `paths`.
   *
   * @default - no exceptions
   */
  readonly notPaths?: readonly string[];
  /**
   * Host headers, including the port: `shop.example` does not match `shop.example:8080`.
   *
   * @default - any
   */
  readonly hosts?: readonly string[];
  /**
   * Any host except these, written like `hosts`.
   *
   * @default - no exceptions
   */
  readonly notHosts?: readonly string[];
}

/** Ports that the pod listens on (target ports, not the Service's); for a gateway, those of its pod. */
export interface PortFields {
  /**
   * Any of these.
   *
   * @default - any
   */
  readonly ports?: NonEmpty<number>;
  /**
   * Any port except these.
   *
   * @default - no exceptions
   */
  readonly notPorts?: NonEmpty<number>;
}

/** All traffic on some ports, with any protocol. */
export type PortOperation = AtLeastOne<PortFields> & { readonly [Field in keyof HttpFields]?: never };

/**
 * HTTP requests. Istio evaluates such a rule only on HTTP ports; see {@link DenyPolicyRule} for its effect on other
 * ports.
 */
export type HttpOperation = AtLeastOne<HttpFields> & PortFields;

/** HTTP requests on some ports. */
export type HttpOperationOnPorts = HttpOperation & { readonly ports: NonEmpty<number> };

/** An operation in Istio's format. */
export type OperationSpec = { readonly [Field in keyof HttpFields | keyof PortFields]?: readonly string[] };

/**
 * Writes an operation in Istio's format.
 *
 * @throws InvalidInputError if it has no field, an empty list, or an entry that Istio refuses or would never match
 */
export function renderOperation(where: string, operation: HttpFields & PortFields): OperationSpec {
  const method = (text: string) => checkMethod(where, text);
  const path = (text: string) => checkPath(where, text);
  const host = (text: string) => checkHost(where, text);
  const port = (number: number) => checkPort(where, number);
  const spec: OperationSpec = merged(
    renderBoth(where, 'methods', operation, method),
    renderBoth(where, 'paths', operation, path),
    renderBoth(where, 'hosts', operation, host),
    renderBoth(where, 'ports', operation, port),
  );
  if (Object.keys(spec).length === 0) {
    throw new InvalidInputError({
      where,
      problem: 'an operation is empty',
      value: operation,
      allowed: 'at least one field',
      fix: 'remove "to" to match every operation',
    });
  }
  return spec;
}

/** Whether an operation can only be judged on a request, so not on a TCP port. */
export function isHttpOperation(operation: HttpFields & PortFields): operation is HttpOperation {
  return Object.entries(operation).some(([name, list]) => list !== undefined && isHttpField(name));
}

function checkMethod(where: string, method: string): string {
  checkWildcard(where, 'methods', method);
  if (!/^[A-Z*][A-Z*-]*$/.test(method)) {
    throw new InvalidInputError({
      where,
      problem: 'not an upper-case HTTP method: methods are case-sensitive',
      value: method,
      allowed: '"GET", "POST", …, with an asterisk only at the start or end',
      fix: `write "${method.toUpperCase()}"`,
    });
  }
  return method;
}

function checkHost(where: string, host: string): string {
  checkWildcard(where, 'hosts', host);
  if (!/^[A-Za-z0-9*.:_[\]-]+$/.test(host)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid Host header',
      value: host,
      allowed: 'a host name or address, with ":<port>" if clients send one, and an asterisk only at the start or end',
      fix: 'remove the scheme and the path',
    });
  }
  return host;
}
