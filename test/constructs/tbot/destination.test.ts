import type { TbotDestination } from '../../../lib/constructs/tbot/destination';
import { toDestinationConfig } from '../../../lib/constructs/tbot/destination';
import { refusal } from './fixtures';

test.each<[TbotDestination, object]>([
  [{ type: 'memory' }, { type: 'memory' }],
  [
    { type: 'directory', path: '/var/lib/x' },
    { type: 'directory', path: '/var/lib/x' },
  ],
  [
    {
      type: 'directory',
      path: '/x',
      symlinks: 'secure',
      acls: 'required',
      readers: [{ user: 'app' }, { group: 1000 }],
    },
    {
      type: 'directory',
      path: '/x',
      symlinks: 'secure',
      acls: 'required',
      readers: [{ user: 'app' }, { group: '1000' }],
    },
  ],
  [
    { type: 'kubernetes_secret', name: 'svid', namespace: 'shop', labels: { app: 'x' } },
    { type: 'kubernetes_secret', name: 'svid', namespace: 'shop', labels: { app: 'x' } },
  ],
])('a destination is written with the keys tbot knows: %j', (destination, expected) => {
  expect(toDestinationConfig('test', destination)).toEqual(expected);
});

test.each<[string, TbotDestination]>([
  ['"path" is not an absolute path', { type: 'directory', path: 'var/lib' }],
  ['"path" is not an absolute path', { type: 'directory', path: '' }],
  ['ignores readers', { type: 'directory', path: '/x', acls: 'off', readers: [{ user: 'a' }] }],
  ['not a valid object name', { type: 'kubernetes_secret', name: 'A' }],
  ['not a valid namespace name', { type: 'kubernetes_secret', name: 'a', namespace: 'a.b' }],
  ['not a valid label key', { type: 'kubernetes_secret', name: 'a', labels: { '': 'x' } }],
])('refuses a destination that %s', (problem, destination) => {
  expect(refusal(() => toDestinationConfig('test', destination)).problem).toContain(problem);
});
