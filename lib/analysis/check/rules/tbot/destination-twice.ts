import { field, type JsonValue, textAt } from '../../../../base/json';
import { defineRule } from '../../rule';
import { TBOT_HEAD } from '../teleport-examples';

const output = (path: string) =>
  `  - {type: identity, destination: {type: directory, path: /opt/a}}\n  - {type: identity, destination: {type: directory, path: ${path}}}\n`;

/** Two outputs of tbot that write over each other. */
export const DESTINATION_TWICE_RULE = defineRule({
  id: 'tbot-destination-twice',
  subject: 'tbot configuration',
  since: '0.1.0',
  severity: 'warning',
  title: 'Destination that two outputs of tbot share',
  found: '{destination} is the destination of another output too',
  why: 'The outputs overwrite the files of each other, so neither may be usable.',
  fix: 'give each output a destination of its own',
  source: 'gravitational/teleport lib/tbot/config/config.go',
  wrong: `${TBOT_HEAD}services:\n${output('/opt/a')}`,
  right: `${TBOT_HEAD}services:\n${output('/opt/b')}`,
  check({ tbotConfigs }, report) {
    for (const { manifest, body, services } of tbotConfigs) {
      const seen = new Set<string>();
      const places = [
        { value: body.storage, pointer: '/storage' },
        ...services.map((one) => ({ value: field(one.body, 'destination'), pointer: `${one.pointer}/destination` })),
      ];
      for (const { value, pointer } of places) {
        const destination = destinationOf(value);
        if (destination === undefined) continue;
        if (seen.has(destination)) report(manifest, pointer, { destination });
        seen.add(destination);
      }
    }
  },
});

/** A destination that lasts, in words; what is kept in memory is never shared. */
function destinationOf(value: JsonValue | undefined): string | undefined {
  const type = textAt(value, 'type');
  if (type === 'directory') {
    const path = textAt(value, 'path');
    return path === undefined ? undefined : `directory ${path}`;
  }
  const name = textAt(value, 'name');
  if (type !== 'kubernetes_secret' || name === undefined) return undefined;
  const namespace = textAt(value, 'namespace');
  return namespace === undefined ? `Secret ${name}` : `Secret ${namespace}/${name}`;
}
