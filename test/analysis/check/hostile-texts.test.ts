import { checkFiles } from '../../../lib/check';
import { growthOf, NOT_QUADRATIC } from '../../growth';

/** What makes a search begin anew at every place where it could begin, and never end. */
const many = (length: number, unit: string, end = '') => unit.repeat(Math.ceil(length / unit.length)) + end;

const document = (...objects: readonly object[]) => objects.map((object) => JSON.stringify(object)).join('\n---\n');

const identity = (id: string) =>
  document({ kind: 'workload_identity', version: 'v1', metadata: { name: 'mesh' }, spec: { spiffe: { id } } });

const template = (text: string) => document({ sidecarInjectorWebhook: { templates: { a: text } } });

const pod = (container: object) =>
  document({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'shop' },
    spec: { serviceAccountName: 'a', containers: [{ name: 'a', ...container }] },
  });

const cronJob = (command: string) =>
  document({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'a', namespace: 'shop' },
    spec: {
      schedule: '* * * * *',
      jobTemplate: { spec: { template: { spec: { containers: [{ name: 'a', image: 'a', command: [command] }] } } } },
    },
  });

test.each<[string, (size: number) => string]>([
  ['an injection template of opening braces', (size) => template(many(size, '{{'))],
  ['an injection template of lines that open an action', (size) => template(many(size, '{{\n'))],
  ['an injection template of spaces after an action', (size) => template(many(size, '{{ a }} ', '!'))],
  ['a SPIFFE ID of opening braces', (size) => identity(many(size, '{{ a'))],
  ['a SPIFFE ID of opening braces and a name', (size) => identity(`/${many(size, '{{ workload.')}`)],
  ['a SPIFFE ID of spaces in braces', (size) => identity(`/{{${many(size, ' ')}a${many(size, ' ')}`)],
  ['a SPIFFE ID of one long name', (size) => identity(`/${many(size, 'workload.a.')}`)],
  ['an image of colons and digests', (size) => pod({ image: `tbot${many(size, ':a@', '\n!')}` })],
  ['a command of kubectl', (size) => cronJob(many(size, 'kubectl ', '!'))],
  ['a command of rollouts', (size) => cronJob(many(size, 'kubectl rollout ', '!'))],
])('%s is checked in time that grows with its length only', (_, text) => {
  // A pod that may ask for an identity makes the SPIFFE ID be filled in; a new tbot makes restarts needless.
  const workload = pod({ image: 'public.ecr.aws/gravitational/tbot-distroless:18.11.10' });
  const checked = (size: number) =>
    checkFiles([{ file: 'hostile.yaml', text: `${text(size)}\n---\n${workload}` }], { complete: true });
  expect(growthOf(25_000, checked)).toBeLessThan(NOT_QUADRATIC);
});
