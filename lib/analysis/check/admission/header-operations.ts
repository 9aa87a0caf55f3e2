import { isVariable } from '../../../base/is-variable';
import { type JsonValue, objectAt, scalarText, scalarTextsAt } from '../../../base/json';
import { toPointer } from '../../../base/json-pointer';
import { type Problem, problemAt } from './problem';

/** What Istio refuses in changes of headers (istio/istio pkg/config/validation/virtualservice.go). */
export function headerOperationProblems(parent: JsonValue, at: string): readonly Problem[] {
  return ['request', 'response'].flatMap((side) => {
    const place = `${at}/headers/${side}`;
    const operations = objectAt(parent, 'headers', side);
    const isRequest = side === 'request';
    const given = ['add', 'set'].flatMap((kind) =>
      Object.entries(objectAt(operations, kind)).flatMap(([name, value]) => {
        const pointer = `${place}${toPointer(kind, name)}`;
        const problem = nameProblem(name, isRequest) ?? valueProblem(scalarText(value) ?? '');
        return problemAt(pointer, problem);
      }),
    );
    const removed = scalarTextsAt(operations, 'remove').flatMap((name, index) =>
      problemAt(`${place}/remove/${index}`, nameProblem(name, false)),
    );
    return [...given, ...removed];
  });
}

/** The header that names the host, under both of its names. */
function isAuthority(name: string): boolean {
  return /^(?::authority|host)$/i.test(name);
}

/** What Istio refuses where a route writes the host more than once. */
export function authorityProblems(route: JsonValue, at: string): readonly Problem[] {
  const names = ['set', 'add'].flatMap((kind) =>
    Object.entries(objectAt(route, 'headers', 'request', kind))
      .filter(([name, value]) => isAuthority(name) && value !== '')
      .map(([name]) => toPointer('headers', 'request', kind, name)),
  );
  const rewritten = scalarText(objectAt(route, 'rewrite').authority) ?? '';
  const second = rewritten === '' ? names[1] : names[0];
  return second === undefined ? [] : problemAt(`${at}${second}`, 'the host is set in two places');
}

function nameProblem(name: string, mayBeAuthority: boolean): string | undefined {
  if (name === '') return 'the name of a header is empty';
  if (isAuthority(name) && mayBeAuthority) return undefined;
  if (name.startsWith(':') || name.toLowerCase() === 'host') return `the header "${name}" cannot be changed here`;
  return undefined;
}

/** Percent signs begin and end a variable of Envoy; two of them are one that means itself. */
function valueProblem(value: string): string | undefined {
  if (isVariable(value)) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\0-\x08\n-\x1f\x7f]/.test(value)) return 'the value of a header has a control character';
  const rest = value.replace(/%%|%[^%(]*(?:\((?:[^)\\]|\\.)*\) *)?%/g, '');
  return rest.includes('%') ? `"${value}" has a % that does not begin a variable; write %%` : undefined;
}
