import { templateActions } from '../../../../base/go-template/go-template';
import { field, isList, isObject, type JsonValue } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { defineRule } from '../../rule';
import { ISTIO_PATH, workloadIdentity } from '../teleport-examples';

const NUMBERS: readonly string[] = ['workload.unix.uid', 'workload.unix.gid'];

/** A number in a template that this Teleport cannot turn into text. */
export const TEMPLATE_PRINTS_NUMBER_RULE = defineRule({
  id: 'template-prints-number',
  subject: 'SPIFFE IDs',
  since: '0.1.0',
  severity: 'error',
  title: 'Number in a template that this Teleport release cannot render',
  found: '{attribute} is printed, and Teleport is {teleport}',
  why: 'Older releases cannot render these numbers as text: the identity is never issued.',
  fix: `use Teleport ${RELEASE_FACTS.printsUnixNumbers}, or use the attribute in a condition only`,
  source: 'gravitational/teleport#61735, lib/auth/machineid/workloadidentityv1/expression/template.go',
  exampleTarget: { teleport: EXAMPLE_RELEASES.teleportWithoutNumbers },
  wrong: workloadIdentity('/user/{{ workload.unix.uid }}'),
  right: workloadIdentity(ISTIO_PATH),
  check({ teleport, target }, report) {
    if (target.has('printsUnixNumbers')) return;
    for (const { manifest, spec } of teleport.identities) {
      for (const { pointer, text } of texts(field(spec, 'spiffe'), ['spec', 'spiffe'])) {
        for (const { inner } of templateActions(text)) {
          const attribute = NUMBERS.find((name) => name === inner.trim());
          if (attribute) report(manifest, pointer, { attribute, teleport: `${target.teleport}` });
        }
      }
    }
  },
});

function texts(
  value: JsonValue | undefined,
  path: readonly (string | number)[],
): readonly { readonly pointer: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ pointer: toPointer(...path), text: value }];
  if (isList(value)) return value.flatMap((item, index) => texts(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => texts(child, [...path, key]));
}
