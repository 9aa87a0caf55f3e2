import type { Gap } from '../../analysis/doctor/snapshot';
import { clusterOfStatus, readTeleportAnswer, saysNotFound } from '../../analysis/doctor/teleport-answers';
import type { TeleportQuestions } from '../../analysis/doctor/teleport-questions';
import { type JsonObject, listAt, textAt } from '../../base/json';
import type { ClusterCalls } from './cluster-calls';

/** What Teleport said; undefined if it was not asked. */
export interface TeleportAnswers {
  readonly resources: readonly JsonObject[] | undefined;
  readonly gaps: readonly Gap[];
}

/** Asks Teleport through tctl, if it is there and knows the mesh's Teleport cluster, for what tbot's configuration names. */
export async function askTeleport(calls: ClusterCalls, questions: TeleportQuestions): Promise<TeleportAnswers> {
  const { clusterNames, tokens, identities, problem } = questions;
  const status = await calls.askTeleport(['status']);
  const because = 'because' in status ? status.because : whyOther(clusterOfStatus(status.text), clusterNames);
  if (because !== undefined) return { resources: undefined, gaps: [{ subject: 'teleport', because }] };

  const gaps: Gap[] = problem === undefined ? [] : [{ subject: 'teleport/token', because: problem }];
  const get = async (what: string): Promise<readonly JsonObject[]> => {
    const answer = await calls.askTeleport(['get', what, '--format=json'], 'list');
    if ('because' in answer) {
      if (!saysNotFound(answer.because)) gaps.push({ subject: `teleport/${what}`, because: answer.because });
      return [];
    }
    const resources = readTeleportAnswer(answer.text);
    if (resources === undefined) gaps.push({ subject: `teleport/${what}`, because: 'the answer is not JSON' });
    return resources ?? [];
  };
  const all = async (names: readonly string[]) => (await Promise.all(names.map(get))).flat();
  const [first, instances] = await Promise.all([
    all([...tokens.map((name) => `token/${name}`), ...identities.map((name) => `workload_identity/${name}`)]),
    get('bot_instance'),
  ]);
  const bots = await all(namesIn(first, 'token', 'spec', 'bot_name').map((name) => `bot/${name}`));
  const roles = await all(
    [...new Set(bots.flatMap((bot) => listAt(bot, 'spec', 'roles')))]
      .filter((name): name is string => typeof name === 'string' && NAME.test(name))
      .map((name) => `role/${name}`),
  );
  const own = new Set(namesIn(first, 'token', 'spec', 'bot_name'));
  if (own.size === 0 && !gaps.some(({ subject }) => subject === 'teleport/bot_instance')) {
    gaps.push({
      subject: 'teleport/bot_instance',
      because: 'without the token, the bot that they belong to is unknown',
    });
  }
  return {
    resources: [
      ...first,
      ...bots,
      ...roles,
      ...instances.filter((one) => own.has(textAt(one, 'spec', 'bot_name') ?? textAt(one, 'spec', 'botName') ?? '')),
    ],
    gaps,
  };
}

const NAME = /^[A-Za-z0-9][\w.-]{0,252}$/;

function namesIn(resources: readonly JsonObject[], kind: string, ...path: readonly string[]): readonly string[] {
  const ofKind = resources.filter((one) => textAt(one, 'kind') === kind);
  const names = ofKind.flatMap((one) => textAt(one, ...path) ?? []);
  return [...new Set(names)].filter((name) => NAME.test(name));
}

/** Asking another Teleport cluster would make everything look missing. */
function whyOther(said: string | undefined, wanted: readonly string[]): string | undefined {
  if (wanted.length === 0) return 'the objects do not say which Teleport cluster the mesh uses';
  if (said === undefined) return '"tctl status" does not name a cluster';
  if (wanted.includes(said)) return undefined;
  return `tctl is connected to the Teleport cluster ${said}, but the mesh uses ${wanted.join(' or ')}`;
}
