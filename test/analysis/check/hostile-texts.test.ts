import { checkFiles } from '../../../lib/check';

/** What makes a search begin anew at every place where it could begin, and never end. */
const many = (unit: string, end = '') => unit.repeat(Math.ceil(400_000 / unit.length)) + end;

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

test.each([
  ['an injection template of opening braces', template(many('{{'))],
  ['an injection template of lines that open an action', template(many('{{\n'))],
  ['an injection template of spaces after an action', template(many('{{ a }} ', '!'))],
  ['a SPIFFE ID of opening braces', identity(many('{{ a'))],
  ['a SPIFFE ID of opening braces and a name', identity(`/${many('{{ workload.')}`)],
  ['a SPIFFE ID of spaces in braces', identity(`/{{${many(' ')}a${many(' ')}`)],
  ['a SPIFFE ID of one long name', identity(`/${many('workload.a.')}`)],
  ['an image of colons and digests', pod({ image: `tbot${many(':a@', '\n!')}` })],
  ['a command of kubectl', cronJob(many('kubectl ', '!'))],
  ['a command of rollouts', cronJob(many('kubectl rollout ', '!'))],
])('%s is checked at once', (_, text) => {
  // A pod that may ask for an identity makes the SPIFFE ID be filled in; a new tbot makes restarts needless.
  const workload = pod({ image: 'public.ecr.aws/gravitational/tbot-distroless:18.11.10' });
  const start = performance.now();
  checkFiles([{ file: 'hostile.yaml', text: `${text}\n---\n${workload}` }], { complete: true });
  expect(performance.now() - start).toBeLessThan(2000);
});
