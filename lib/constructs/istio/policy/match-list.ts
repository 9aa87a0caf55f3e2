import { InvalidInputError } from '../../../base/invalid-input-error';
import { type NotForm, notForm, type PolicyFieldName } from '../../../upstream/istio/policy-fields';

/**
 * One list of a source, operation or condition as the part of a spec it becomes; nothing if it is not given.
 *
 * Empty lists and empty texts are refused: Istio's webhook refuses the text, and decodes the list to a field that is not
 * there, so that the rule matches more than was meant.
 *
 * @throws InvalidInputError
 */
export function renderList<Name extends string, Entry>(
  where: string,
  name: Name,
  entries: readonly Entry[] | undefined,
  write: (entry: Entry) => string,
): Partial<Record<Name, readonly string[]>> {
  if (entries === undefined) return {};
  const texts = entries.map(write);
  // A text in the place of a Principal would be written as nothing, which types keep out of TypeScript only.
  const stranger = texts.findIndex((text) => typeof text !== 'string');
  if (stranger >= 0) {
    throw new InvalidInputError({
      where,
      problem: `"${name}" contains an invalid value`,
      value: entries[stranger],
      allowed: 'values of the declared types',
      fix: /request/i.test(name)
        ? 'create a RequestPrincipal from issuer and subject'
        : 'create a Principal: Principal.of(service.identity), or Principal.of(SpiffeId.parse("spiffe://…"))',
    });
  }
  if (texts.length === 0 || texts.includes('')) {
    throw new InvalidInputError({
      where,
      problem: texts.length === 0 ? `"${name}" is empty` : `"${name}" contains an empty string`,
      value: texts,
      allowed: 'at least one entry, and no empty ones',
      fix: `remove "${name}" to match everything`,
    });
  }
  const part: Partial<Record<Name, readonly string[]>> = {};
  part[name] = texts;
  return part;
}

/**
 * A field and its not-form, as the part of a spec they become.
 *
 * @throws InvalidInputError
 */
export function renderBoth<Name extends PolicyFieldName, Entry>(
  where: string,
  name: Name,
  lists: { readonly [Field in Name | NotForm<Name>]?: readonly Entry[] | undefined },
  write: (entry: Entry) => string,
): Partial<Record<Name, readonly string[]>> & Partial<Record<NotForm<Name>, readonly string[]>> {
  const not = notForm(name);
  return Object.assign(renderList(where, name, lists[name], write), renderList(where, not, lists[not], write));
}

/**
 * Refuses an asterisk that Istio would take literally: only `*`, `prefix*` and `*suffix` are wildcards
 * (istio/istio pilot/pkg/security/authz/matcher).
 *
 * @throws InvalidInputError
 */
export function checkWildcard(where: string, name: string, text: string): string {
  const star = text.indexOf('*');
  if (star !== text.lastIndexOf('*') || (star > 0 && star < text.length - 1)) {
    throw new InvalidInputError({
      where,
      problem: `an asterisk inside a string of "${name}" is not a wildcard`,
      value: text,
      allowed: 'one asterisk, as the first or the last character',
      fix: 'match only the prefix or only the suffix',
    });
  }
  return text;
}
