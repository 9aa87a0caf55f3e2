import { systemNamespaces } from '../../analysis/doctor/asked';
import { liveManifests } from '../../analysis/doctor/live-manifests';
import { type LivePod, readPods } from '../../analysis/doctor/live-pod';
import { readProxyAnswers } from '../../analysis/doctor/proxy-answers';
import { readMetrics } from '../../analysis/doctor/read-proxy';
import { DOCTOR_RESOURCES, type DoctorResource, isDefinedLater, isUnknownKind } from '../../analysis/doctor/resources';
import { type SamplePod, samplePods } from '../../analysis/doctor/sample-pods';
import { slimObject } from '../../analysis/doctor/slim-object';
import type { Gap, LogReading, ProxyReading, Snapshot, TbotReading } from '../../analysis/doctor/snapshot';
import { teleportQuestions } from '../../analysis/doctor/teleport-questions';
import { compareTexts } from '../../base/compare-texts';
import { isObject, type JsonObject, type JsonValue, listAt, textAt } from '../../base/json';
import { Cluster } from '../../model/cluster/cluster';
import { withoutSecrets, withoutSecretTexts } from '../../model/secrets/secret-texts';
import { PROXY_CONTAINER } from '../../upstream/istio/injection';
import { ISTIO_NAMESPACE } from '../../upstream/istio/mesh-config';
import { DEFAULT_MESH_NAMESPACE } from '../../upstream/teleport/mesh-names';
import { askTeleport, type TeleportAnswers } from './ask-teleport';
import { type ClusterCalls, SILENT } from './cluster-calls';

/** What to look at. */
export interface CollectOptions {
  /** Only these namespaces, beside those of istiod and tbot; all if empty. */
  readonly namespaces: readonly string[];
  /** Proxies to ask, as `namespace/name`; a sample if empty. */
  readonly pods: readonly string[];
  /** Whether to ask every proxy. */
  readonly all: boolean;
  /** Whether proxies and logs are left alone: nothing is installed yet. */
  readonly objectsOnly: boolean;
  /** Whether Teleport is asked through tctl. */
  readonly asksTeleport: boolean;
}

/** Lines of a log that are kept at most, and characters of those; bytes that are read; pods of each role. */
const LOG = { lines: 200, characters: 60_000, bytes: 4_000_000, pods: 12 } as const;

/** Words of an API server that did not get through to the pod. */
const UNREACHED = /error trying to reach service|dial tcp|proxy error/;

/** Metrics of tbot that are judged: its tasks, and the streams of secrets that ended. */
const METRICS = /^(?:tbot_task_iterations_(?:total|failed)|grpc_server_handled_total\{[^}]{0,400}StreamSecrets)/;

/** Asks the cluster everything that diagnosing needs; what is not answered is a gap. */
export async function collect(calls: ClusterCalls, options: CollectOptions, now: () => Date): Promise<Snapshot> {
  const gaps: Gap[] = [];
  const json = async (subject: string, args: readonly string[], length?: 'list'): Promise<JsonObject | undefined> => {
    const answer = await calls.ask(args, length);
    if ('because' in answer) {
      gaps.push({ subject, because: answer.because });
      return undefined;
    }
    const value = parse(answer.text);
    if (isObject(value)) return value;
    gaps.push({ subject, because: 'the answer is not a JSON object' });
    return undefined;
  };

  const objects = new Map<string, readonly JsonObject[]>();
  const list = async (resource: DoctorResource, namespaces: readonly string[]) => {
    const lists =
      resource.inNamespace !== undefined
        ? [['-n', resource.inNamespace]]
        : resource.namespaced && namespaces.length > 0
          ? namespaces.map((name) => ['-n', name])
          : [everywhere(resource)];
    const found = await Promise.all(lists.map((where) => listOne(calls, resource, where)));
    const failed = found.find((one) => 'because' in one);
    if (failed !== undefined && 'because' in failed)
      gaps.push({ subject: `objects/${resource.name}`, because: failed.because });
    else objects.set(resource.name, sorted(found.flatMap((one) => ('items' in one ? one.items : []))));
  };

  const scope =
    options.namespaces.length === 0
      ? []
      : [...new Set([...options.namespaces, ISTIO_NAMESPACE, DEFAULT_MESH_NAMESPACE])];
  const [server, jwks] = await Promise.all([
    json('server', ['get', '--raw=/version']),
    json('jwks', ['get', '--raw=/openid/v1/jwks']),
    ...DOCTOR_RESOURCES.filter(({ ofSystemOnly }) => !ofSystemOnly).map((resource) => list(resource, scope)),
  ]);
  const takenAt = now().toISOString();

  const pods = readPods(objects.get('pods') ?? []);
  const system = systemNamespaces(pods, objects);
  await Promise.all(
    DOCTOR_RESOURCES.filter(({ ofSystemOnly }) => ofSystemOnly).map((resource) => list(resource, system)),
  );

  const rights = options.objectsOnly ? await readRights(calls, gaps) : undefined;
  const readings = { proxies: [] as ProxyReading[], logs: [] as LogReading[], tbots: [] as TbotReading[] };
  let teleport: TeleportAnswers | undefined;
  if (!options.objectsOnly) {
    await Promise.all([
      ...(options.asksTeleport ? [askAboutTeleport(calls, objects).then((answers) => (teleport = answers))] : []),
      ...chosenProxies(pods, options, gaps).map((pod) => readProxy(calls, pod, readings.proxies, gaps)),
      ...podsWithLogs(pods).map(({ pod, container }) => readLog(calls, pod, container, readings.logs, gaps)),
      ...pods.filter(({ role }) => role === 'tbot').map((pod) => readTbot(calls, pod, readings.tbots, gaps)),
    ]);
  }
  return {
    takenAt,
    server: server && withoutSecrets(server),
    objects,
    proxies: byPod(readings.proxies),
    logs: byPod(readings.logs),
    tbots: byPod(readings.tbots),
    jwks,
    teleport: teleport?.resources,
    ...(rights && { rights }),
    ...(scope.length > 0 && { scope }),
    gaps: [...gaps, ...(teleport?.gaps ?? [])].sort((a, b) => compareTexts(a.subject, b.subject)),
  };
}

/** What the objects name of Teleport's is known only when they are there. */
function askAboutTeleport(calls: ClusterCalls, objects: Snapshot['objects']): Promise<TeleportAnswers> {
  const { manifests } = liveManifests({ objects, teleport: undefined });
  return askTeleport(calls, teleportQuestions(Cluster.of(manifests)));
}

/** What has to be made for a mesh, as kubectl auth can-i takes it. */
const RIGHTS = [
  ...['namespaces', 'daemonsets.apps', 'deployments.apps', 'clusterroles.rbac.authorization.k8s.io'],
  ...['clusterrolebindings.rbac.authorization.k8s.io', 'csidrivers.storage.k8s.io'],
  ...['mutatingwebhookconfigurations.admissionregistration.k8s.io', 'customresourcedefinitions.apiextensions.k8s.io'],
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
].map((resource) => `create ${resource}`);

async function readRights(calls: ClusterCalls, gaps: Gap[]): Promise<Readonly<Record<string, boolean>>> {
  const answers = await Promise.all(
    RIGHTS.map((right) => calls.ask(['auth', 'can-i', ...right.split(' '), '--all-namespaces'])),
  );
  return Object.fromEntries(
    RIGHTS.flatMap((right, index) => {
      const answer = answers[index];
      // kubectl says no with an exit code, and nothing on standard error.
      if (answer !== undefined && 'text' in answer) return [[right, answer.text.trim().startsWith('yes')] as const];
      if (answer?.because === SILENT) return [[right, false] as const];
      gaps.push({ subject: `rights/${right}`, because: answer?.because ?? 'it was not queried' });
      return [];
    }),
  );
}

function everywhere({ namespaced }: DoctorResource): readonly string[] {
  return namespaced ? ['--all-namespaces'] : [];
}

async function listOne(
  calls: ClusterCalls,
  resource: DoctorResource,
  where: readonly string[],
): Promise<{ readonly items: readonly JsonObject[] } | { readonly because: string }> {
  const { name } = resource;
  // Of events only warnings are looked at, and there may be very many others.
  const filter = name === 'events' ? ['--field-selector=type=Warning'] : [];
  // When the injector's configuration changed is in what kubectl leaves out by itself.
  const fields = name === 'configmaps' ? ['--show-managed-fields'] : [];
  const answer = await calls.ask(['get', name, ...where, ...filter, ...fields, '--output=json'], 'list');
  // What nobody has defined the API server does not have; what is Kubernetes' own it should know.
  if ('because' in answer) return isDefinedLater(resource) && isUnknownKind(answer.because) ? { items: [] } : answer;
  const value = parse(answer.text);
  if (!isObject(value) || !Array.isArray(value.items)) return { because: 'the answer is not a list of objects' };
  const [kind, apiVersion] = [textAt(value, 'kind')?.replace(/List$/, ''), textAt(value, 'apiVersion')];
  return {
    items: listAt(value, 'items')
      .filter(isObject)
      .map((item) => slimObject({ ...(kind && { kind }), ...(apiVersion && { apiVersion }), ...item })),
  };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function sorted(items: readonly JsonObject[]): readonly JsonObject[] {
  const keyOf = (item: JsonObject) =>
    `${textAt(item, 'metadata', 'namespace') ?? ''}/${textAt(item, 'metadata', 'name') ?? ''}`;
  return items
    .map((item) => [keyOf(item), item] as const)
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([, item]) => item);
}

function byPod<T extends { readonly namespace: string; readonly pod: string }>(readings: readonly T[]): readonly T[] {
  const keyOf = ({ namespace, pod }: T) => `${namespace}/${pod}`;
  return [...readings].sort((a, b) => compareTexts(keyOf(a), keyOf(b)));
}

function chosenProxies(
  pods: readonly LivePod[],
  { pods: named, all }: CollectOptions,
  gaps: Gap[],
): readonly SamplePod[] {
  const withProxy = pods.filter(({ proxy, isEnded }) => proxy !== undefined && !isEnded);
  for (const ref of named) {
    const pod = pods.find((one) => one.ref === ref);
    const because =
      pod === undefined ? 'the pod does not exist' : pod.isEnded ? 'it has terminated' : 'it has no proxy';
    // Who names a pod wants to hear of it.
    if (!withProxy.some((one) => one === pod)) gaps.push({ subject: `proxies/${ref}`, because });
  }
  if (named.length > 0) return withProxy.filter(({ ref }) => named.includes(ref));
  return all ? withProxy : samplePods(withProxy);
}

async function readProxy(calls: ClusterCalls, { namespace, name }: SamplePod, into: ProxyReading[], gaps: Gap[]) {
  const ask = (path: string) =>
    calls.ask(['exec', '-n', namespace, name, '-c', PROXY_CONTAINER, '--', 'pilot-agent', 'request', 'GET', path]);
  const answers = await Promise.all([
    ask('config_dump?mask=dynamic_active_secrets'),
    ask('config_dump?mask=dynamic_warming_secrets'),
    ask('server_info'),
    ask('stats?filter=sds|rbac'),
  ]);
  const failed = answers.find((answer) => 'because' in answer);
  if (failed !== undefined && 'because' in failed) {
    gaps.push({ subject: `proxies/${namespace}/${name}`, because: failed.because });
    return;
  }
  const [active = '', warming = '', info = '', stats = ''] = answers.map((answer) =>
    'text' in answer ? answer.text : '',
  );
  const read = readProxyAnswers({ active: parse(active), warming: parse(warming), info: parse(info), stats });
  if (read === undefined) gaps.push({ subject: `proxies/${namespace}/${name}`, because: 'its answer is not JSON' });
  else into.push({ namespace, pod: name, ...read });
}

/** Whose logs say why: tbots, CSI drivers, istiods, and proxies that are not ready. */
function podsWithLogs(pods: readonly LivePod[]): readonly { readonly pod: LivePod; readonly container: string }[] {
  const few = (role: LivePod['role']) =>
    [...pods]
      .filter((pod) => pod.role === role)
      .sort((a, b) => Number(a.isReady) - Number(b.isReady))
      .slice(0, LOG.pods)
      .map((pod) => ({ pod, container: pod.mainContainer }));
  const proxies = pods
    .filter(({ proxy, isReady, isEnded }) => proxy !== undefined && !isReady && !isEnded)
    .slice(0, LOG.pods)
    .map((pod) => ({ pod, container: PROXY_CONTAINER }));
  return [...few('tbot'), ...few('csi-driver'), ...few('istiod'), ...proxies];
}

async function readLog(calls: ClusterCalls, pod: LivePod, container: string, into: LogReading[], gaps: Gap[]) {
  const { namespace, name } = pod;
  const args = ['logs', '-n', namespace, name, '-c', container, `--tail=${LOG.lines}`, `--limit-bytes=${LOG.bytes}`];
  // A container that has just been started anew says nothing yet; the one before it said why it ended.
  const answers = await Promise.all([
    calls.ask(args),
    ...(pod.hasRestarted(container) ? [calls.ask([...args, '--previous'])] : []),
  ]);
  const [current, previous] = answers;
  if (current !== undefined && 'because' in current && (previous === undefined || 'because' in previous)) {
    // A container that does not run yet has no log, and its status says so.
    if (!/is waiting to start|ContainerCreating|PodInitializing/.test(current.because)) {
      gaps.push({ subject: `logs/${namespace}/${name}/${container}`, because: current.because });
    }
    return;
  }
  const texts = [previous, current].flatMap((answer) =>
    answer !== undefined && 'text' in answer ? [answer.text] : [],
  );
  into.push({ namespace, pod: name, container, text: withoutSecretTexts(texts.join('').slice(-LOG.characters)) });
}

async function readTbot(calls: ClusterCalls, pod: LivePod, into: TbotReading[], gaps: Gap[]) {
  const { namespace, name, diagnosticsPort: port } = pod;
  if (port === undefined || pod.isEnded) return;
  const base = `/api/v1/namespaces/${namespace}/pods/${name}:${port}/proxy`;
  const [ready, metrics] = await Promise.all([
    calls.ask(['get', `--raw=${base}/readyz`]),
    calls.ask(['get', `--raw=${base}/metrics`]),
  ]);
  // Who answers that something is wrong has answered; who cannot be reached has not.
  const isAnswer =
    'text' in ready || (/ServiceUnavailable|currently unable/.test(ready.because) && !UNREACHED.test(ready.because));
  if (!isAnswer) gaps.push({ subject: `tbots/${namespace}/${name}`, because: 'because' in ready ? ready.because : '' });
  if ('because' in metrics && isAnswer && !/NotFound|not found/i.test(metrics.because)) {
    gaps.push({ subject: `tbots/${namespace}/${name}/metrics`, because: metrics.because });
  }
  into.push({
    namespace,
    pod: name,
    readyz: isAnswer ? withoutSecretTexts('text' in ready ? ready.text : ready.because).slice(0, 4000) : undefined,
    metrics: 'text' in metrics ? readMetrics(metrics.text, METRICS) : {},
  });
}
