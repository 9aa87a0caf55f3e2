/** Whole numbers of go-yaml: `strconv.ParseInt` with base 0 takes every prefix of Go's literals, and a leading 0 is octal. */
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * The number that a plain scalar is for kubectl, Helm and Teleport, all of which read with go-yaml's rules (YAML 1.1: `017`
 * is 15, `0b1` is 1, `1_000` is 1000); undefined if it is text. Source: go.yaml.in/yaml/v2 resolve.go, `resolve`.
 */
export function goNumber(text: string): number | undefined {
  const isDotted = text.startsWith('.');
  const plain = isDotted ? text : text.replaceAll('_', '');
  if (!isDotted && INTEGER.test(plain)) return integer(plain);
  return FLOAT.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : undefined;
}

function integer(text: string): number | undefined {
  const isNegative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '');
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)?.[1];
  const value = BigInt(octal === undefined ? digits : `0o${octal}`);
  // What does not fit into 64 bits is a float if it is decimal, and text otherwise.
  const fits = isNegative ? value <= 2n ** 63n : value < 2n ** 64n;
  if (!fits && !/^[0-9]+$/.test(digits)) return undefined;
  return isNegative ? -Number(value) : Number(value);
}
