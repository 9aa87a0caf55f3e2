import { isIpAddress } from '../../network/ip-address';

/** A label of a host as Istio takes it, in either case (istio/istio pkg/config/labels/instance.go). */
const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const FIRST_LABEL = /^(?:\*|(?:\*|\*-)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;
const TAG_KEY =
  /^(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*\/)?(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const TAG_VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const HEADER = /^[!#$%&'*+.^_`|~A-Za-z0-9-]+$/;

/** Longest label of a host name, and longest name. */
const LONGEST_LABEL = 63;
const LONGEST_HOST = 255;

/** Whether Istio takes the text for a name without dots: of a namespace, a Gateway, a port or a subset. */
export function isIstioName(text: string): boolean {
  return text.length <= LONGEST_LABEL && LABEL.test(text);
}

/** Whether Istio takes the text for a host name without wildcards (istio/istio pkg/config/validation/agent/validation.go `ValidateFQDN`). */
export function isIstioHost(text: string): boolean {
  return text !== '' && text.length <= LONGEST_HOST && areLabels(text);
}

/** Whether Istio takes the text for a host name whose first label may be or begin with a wildcard. */
export function isIstioHostPattern(text: string): boolean {
  if (text === '' || text.length > LONGEST_HOST) return false;
  const dot = text.indexOf('.');
  const first = dot < 0 ? text : text.slice(0, dot);
  return first.length <= LONGEST_LABEL && FIRST_LABEL.test(first) && (dot < 0 || areLabels(text.slice(dot + 1)));
}

function areLabels(text: string): boolean {
  const labels = text.split('.');
  const last = labels[labels.length - 1] ?? '';
  if (/^[+-]?\d+$/.test(last)) return false;
  // A dot at the end makes a name unambiguous.
  return labels.every((label, index) => isIstioName(label) || (label === '' && index === labels.length - 1));
}

/** Whether a wildcard stands for a part of a label, as in `*bar.com`, which Gateways and Sidecars refuse. */
export function isPartialWildcard(host: string): boolean {
  return host.includes('*') && host !== '*' && !host.startsWith('*.');
}

/** Whether Istio takes the text for the key of a label. */
export function isIstioLabelKey(text: string): boolean {
  return TAG_KEY.test(text) && text.slice(text.indexOf('/') + 1).length <= LONGEST_LABEL;
}

/** Whether Istio takes the text for the value of a label. */
export function isIstioLabelValue(text: string): boolean {
  return TAG_VALUE.test(text);
}

/** Whether the text is a token of RFC 7230: what a header may be called. */
export function isHeaderName(text: string): boolean {
  return HEADER.test(text);
}

/** Whether Istio takes the text for an address, or for a host name in its place. */
export function isAddressOrHost(text: string): boolean {
  return isIpAddress(text) || isIstioHost(text);
}

/** What begins the address of a Unix domain socket. */
export const UNIX_ADDRESS = 'unix://';

/** Whether the text after `unix://` is an absolute path of a file, or an abstract name. */
export function isUnixAddress(text: string): boolean {
  return text.startsWith('@') || (text.startsWith('/') && !text.endsWith('/'));
}

/** Words of `exportTo`: the own namespace, all of them, and nobody. */
export const EXPORT_WORDS = { own: '.', all: '*', nobody: '~' } as const;
