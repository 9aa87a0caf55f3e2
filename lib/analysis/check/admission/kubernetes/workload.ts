import { isVariable } from '../../../../base/is-variable';
import {
  field,
  isObject,
  type JsonObject,
  type JsonValue,
  numberAt,
  objectAt,
  scalarText,
  textAt,
} from '../../../../base/json';
import { isSchedule } from '../../../../upstream/kubernetes/admitted-values';
import {
  ENDING_KINDS,
  LASTING_KINDS,
  podTemplatePath,
  podTemplatePointer,
} from '../../../../upstream/kubernetes/pod-template';
import { absentAt, isGiven, NO_PROBLEMS, negativeProblems, oneText, type Problem, problemAt } from '../problem';
import { podProblems } from './pod';
import { selectorProblems as ownSelectorProblems } from './selector';

/** What the API server refuses in an object that makes pods, besides its metadata. */
export function workloadProblems(body: JsonObject, kind: string): readonly Problem[] {
  const at = podTemplatePointer(kind);
  const pod = field(body, ...podTemplatePath(kind), 'spec');
  return [
    ...podProblems(pod, `${at}/spec`),
    ...restartProblems(pod, `${at}/spec`, kind),
    ...selectorProblems(body, kind),
    ...(ENDING_KINDS.includes(kind) ? NO_PROBLEMS : negativeProblems(field(body, 'spec'), '/spec', 'replicas')),
    ...strategyProblems(body, kind),
    ...(kind === 'CronJob' ? scheduleProblems(body) : NO_PROBLEMS),
  ];
}

function restartProblems(pod: JsonValue | undefined, at: string, kind: string): readonly Problem[] {
  if (!isObject(pod)) return NO_PROBLEMS;
  const policy = textAt(pod, 'restartPolicy');
  if (policy !== undefined && isVariable(policy)) return NO_PROBLEMS;
  if (LASTING_KINDS.includes(kind) && policy !== undefined && policy !== 'Always') {
    return problemAt(`${at}/restartPolicy`, `restartPolicy of a ${kind} is ${policy}, but must be Always`);
  }
  if (!ENDING_KINDS.includes(kind) || policy === 'Never' || policy === 'OnFailure') return NO_PROBLEMS;
  const problem = `restartPolicy of a ${kind} is neither Never nor OnFailure`;
  return policy === undefined ? absentAt(at, problem) : problemAt(`${at}/restartPolicy`, problem);
}

function selectorProblems(body: JsonObject, kind: string): readonly Problem[] {
  const selector = field(body, 'spec', 'selector');
  if (!isObject(selector)) return NO_PROBLEMS;
  if (kind === 'Job') {
    // A Job that the API server printed has the selector that it made itself.
    const isMade = Object.keys(objectAt(selector, 'matchLabels')).some((key) => /(?:^|\/)controller-uid$/.test(key));
    const isOwn = isMade || field(body, 'spec', 'manualSelector') === true;
    return problemAt('/spec/selector', isOwn ? undefined : 'a selector of a Job requires manualSelector: true');
  }
  if (!LASTING_KINDS.includes(kind)) return NO_PROBLEMS;
  const isEmpty = ['matchLabels', 'matchExpressions'].every((key) => {
    const value = field(selector, key);
    return value == null || (isObject(value) && Object.keys(value).length === 0) || scalarText(value) === '';
  });
  return isEmpty
    ? absentAt('/spec/selector', 'the selector is empty')
    : ownSelectorProblems(body.spec, '/spec', 'selector');
}

function strategyProblems(body: JsonObject, kind: string): readonly Problem[] {
  const name = kind === 'DaemonSet' || kind === 'StatefulSet' ? 'updateStrategy' : 'strategy';
  const strategy = field(body, 'spec', name);
  const rolling = field(strategy, 'rollingUpdate');
  const type = textAt(strategy, 'type') ?? '';
  if (kind === 'Deployment' && type === 'Recreate' && isObject(rolling)) {
    return problemAt(`/spec/${name}/rollingUpdate`, 'rollingUpdate is combined with type Recreate');
  }
  const isZero = (key: string) => /^0%?$/.test(scalarText(field(rolling, key)) ?? '');
  // A DaemonSet has no more pods than nodes unless it says so.
  const both =
    isZero('maxUnavailable') && (isZero('maxSurge') || (kind === 'DaemonSet' && !isGiven(rolling, 'maxSurge')));
  const canStall = kind === 'Deployment' || kind === 'DaemonSet';
  return problemAt(
    `/spec/${name}/rollingUpdate`,
    canStall && both ? 'maxUnavailable and maxSurge are both 0' : undefined,
  );
}

function scheduleProblems(body: JsonObject): readonly Problem[] {
  const history = ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'].filter(
    (key) => (numberAt(body, 'spec', key) ?? 0) < 0,
  );
  return [
    ...oneText(field(body, 'spec'), '/spec', 'schedule', (text) => {
      if (/TZ=/.test(text)) return 'the schedule contains a time zone; use timeZone';
      return isSchedule(text) ? undefined : `"${text}" is not a cron schedule of five fields`;
    }),
    ...oneText(field(body, 'spec'), '/spec', 'timeZone', (zone) =>
      isTimeZone(zone) ? undefined : `the time zone "${zone}" does not exist`,
    ),
    ...history.flatMap((key) => problemAt(`/spec/${key}`, `${key} must not be negative`)),
  ];
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
