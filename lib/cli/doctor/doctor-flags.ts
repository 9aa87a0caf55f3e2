import { InvalidArgumentError } from 'commander';
import { goDurationSeconds } from '../../upstream/teleport/durations';

/** What the command line of doctor says. */
export interface DoctorFlags {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly namespace?: readonly string[];
  readonly pods?: readonly string[];
  readonly all?: true;
  readonly pre?: true;
  readonly redact?: true;
  readonly rbac?: true;
  readonly save?: string;
  readonly expect?: readonly string[];
  readonly exclude?: readonly string[];
  readonly wait?: number;
  readonly watch?: true;
  readonly timeout: number;
  readonly tctl: 'auto' | 'always' | 'never';
  readonly failOn: 'error' | 'warning';
  readonly output: 'text' | 'json' | 'junit' | 'markdown';
}

/** Milliseconds of a duration such as `5m`. */
export function parseDuration(text: string): number {
  const seconds = goDurationSeconds(text);
  if (seconds === undefined || seconds <= 0 || seconds > 86_400)
    throw new InvalidArgumentError('Write a duration such as 90s or 5m.');
  return seconds * 1000;
}

/** A name that kubectl cannot take for a flag; may be repeated. */
export function addName(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[a-z0-9][a-z0-9.-]{0,252}$/.test(text)) throw new InvalidArgumentError('Write the name of a namespace.');
  return [...before, text];
}

/** A pod as `namespace/name`; may be repeated. */
export function addPod(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[a-z0-9][a-z0-9.-]{0,252}\/[a-z0-9][a-z0-9.-]{0,252}$/.test(text))
    throw new InvalidArgumentError('Write namespace/pod.');
  return [...before, text];
}

/** A path; may be repeated. */
export function addPath(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
