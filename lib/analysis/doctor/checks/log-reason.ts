import type { UpstreamMessage } from '../../../upstream/messages/message';
import { MOUNT_MESSAGES } from '../../../upstream/messages/refusals';

/** What words of a program mean, and what to do about it. */
export interface LogReason extends UpstreamMessage {
  /** What is found, as a clause behind the object; where the check says it for all, the check's own. */
  readonly says?: string;
  readonly cause: string;
  readonly fix: string;
}

/** Why mounts of the CSI driver do not reach pods: the driver says it when it starts, and the kubelet when it mounts. */
export const NOT_SHARED: LogReason = {
  ...MOUNT_MESSAGES.notShared,
  cause:
    'The kubelet’s pods directory is not mounted as shared on this node, so the driver’s mounts are visible only in its own container.',
  fix: 'mount the directory as shared on the node, or use the hostPath socket',
};

/** The first of the reasons that is in a text: what says more stands before what is said around it. */
export function reasonIn(reasons: readonly LogReason[], text: string | undefined): LogReason | undefined {
  return text === undefined ? undefined : reasons.find(({ pattern }) => pattern.test(text));
}

/** Cause, fix and source of a reason; nothing where there is none, so that the check's own stay. */
export function adviceOf(reason: LogReason | undefined): Partial<Pick<LogReason, 'cause' | 'fix' | 'source'>> {
  return reason === undefined ? {} : { cause: reason.cause, fix: reason.fix, source: reason.source };
}

/** One pattern for all. */
export function anyOf(messages: readonly UpstreamMessage[]): RegExp {
  return new RegExp(messages.map(({ pattern }) => `(?:${pattern.source})`).join('|'), 'i');
}
