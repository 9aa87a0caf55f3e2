import { type ApiItem, declaration } from './api-item';
import { parseDocComment } from './doc-comment';
import type { Extracted } from './extract';

/** Declarations in the words of another project's API, which documents them: their parts need no names of ours. */
const UPSTREAM = [/^build\/imports\//, /^build\/lib\/constructs\/envoy\/bootstrap\.d\.ts$/];
const UPSTREAM_TYPES: ReadonlySet<string> = new Set([
  'AuthorizationPolicySpecRules',
  'RequestAuthenticationSpecJwtRules',
]);

/** What is wrong with the public surface: symbols nobody describes, defaults nobody knows, types nobody can import. */
export function problems(entries: readonly Extracted[]): readonly string[] {
  const exported = new Set(entries.flatMap(({ items }) => items.map(({ name }) => name)));
  return entries.flatMap(({ entryPoint, items, forgotten }) => [
    ...items.flatMap((item) => undocumented(`${entryPoint.path}: ${item.name}`, item)),
    ...forgotten
      .filter(
        ({ name, file }) => !exported.has(name) && !UPSTREAM_TYPES.has(name) && !UPSTREAM.some((at) => at.test(file)),
      )
      .map(({ name, file }) => `${entryPoint.path}: ${file} names ${name}, which no entry point exports`),
  ]);
}

function undocumented(where: string, item: ApiItem, parent = ''): readonly string[] {
  const own = needsWords(item) && parseDocComment(item.docComment).summary === '' ? [`${where} is not documented`] : [];
  const unset = lacksDefault(item, parent) ? [`${where} does not say what holds if it is not given`] : [];
  return [
    ...own,
    ...unset,
    ...(item.members ?? []).flatMap((member) =>
      undocumented(`${where}.${member.name ?? member.kind}`, member, item.name),
    ),
  ];
}

/** A constructor is described by its class, an index signature by its interface; `?: never` says it all. */
function needsWords(item: ApiItem): boolean {
  return !['Constructor', 'IndexSignature'].includes(item.kind) && !/\?: never;$/.test(declaration(item));
}

/** What others fill in says what holds without it; what is read only is as it is found. */
function lacksDefault(item: ApiItem, parent: string): boolean {
  const isOptional = /^readonly \w+\?:/.test(declaration(item)) && needsWords(item);
  return (
    isOptional &&
    /(?:Props|Options|Fields|Source)$/.test(parent) &&
    parseDocComment(item.docComment).defaultValue === ''
  );
}
