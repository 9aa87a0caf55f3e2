import { field, type JsonValue, listAt, textAt } from '../../base/json';
import { isOlder } from '../documents/is-older';
import type { Manifest } from '../documents/manifest';

/** The subsets of all rules that have become one; of two with one name the first counts. */
export function subsetsIn({ merged }: { readonly merged: readonly Manifest[] }): readonly {
  readonly name: string;
  readonly rule: Manifest;
  readonly pointer: string;
  readonly body: JsonValue;
}[] {
  return merged.flatMap((rule) =>
    listAt(rule.body, 'spec', 'subsets').map((body, index) => {
      return { name: textAt(body, 'name') ?? '', rule, pointer: `/spec/subsets/${index}`, body };
    }),
  );
}

/** Whether a rule would say something else about TLS, if it was older. */
export function isRival(one: Manifest, other: Manifest): boolean {
  const [own, their] = [one, other].map(({ body }) => {
    const policy = field(body, 'spec', 'trafficPolicy');
    return JSON.stringify([
      field(policy, 'tls'),
      listAt(policy, 'portLevelSettings').map((level) => [field(level, 'port'), field(level, 'tls')]),
    ]);
  });
  const hasPolicy = field(one.body, 'spec', 'trafficPolicy') != null;
  return hasPolicy && own !== their && isOlder(one, other) === undefined;
}
