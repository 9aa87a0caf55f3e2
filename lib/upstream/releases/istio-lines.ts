import { Version } from './version';

/** A minor release of Istio that this package knows. */
export interface IstioLine {
  /** `1.31`. */
  readonly line: string;
  /** Newest patch release seen when this package was released. */
  readonly newest: string;
  /** Last day of support, as istio.io announces it; undefined while it has none. */
  readonly ended: string | undefined;
  /** Oldest and newest line of Kubernetes that it supports, as istio.io announces them; undefined while they are not known. */
  readonly kubernetes: readonly [oldest: string, newest: string] | undefined;
  /** Whether the constructs write for it; the checker and the evaluator know every line. */
  readonly isWritten: boolean;
}

/** The day up to which the lists of lines and advisories are complete; after it, nothing is known. */
export const RELEASES_KNOWN_UNTIL = '2026-11-28';

/** Istio lines this package writes for; a full release, such as `1.31.4`, also pins the images. */
export type IstioVersion = `1.${29 | 30 | 31 | 32}` | `1.${29 | 30 | 31 | 32}.${number}`;

/** Lines that the constructs write for are those of {@link IstioVersion}: the compiler compares the two. */
type KnownLine = IstioLine &
  ({ readonly isWritten: false } | { readonly isWritten: true; readonly line: IstioVersion });

const LINES: readonly KnownLine[] = [
  { line: '1.28', newest: '1.28.10', ended: '2026-07-01', kubernetes: ['1.30', '1.34'], isWritten: false },
  { line: '1.29', newest: '1.29.8', ended: '2026-10-12', kubernetes: ['1.31', '1.35'], isWritten: true },
  { line: '1.30', newest: '1.30.7', ended: undefined, kubernetes: ['1.32', '1.36'], isWritten: true },
  { line: '1.31', newest: '1.31.4', ended: undefined, kubernetes: ['1.32', '1.37'], isWritten: true },
  { line: '1.32', newest: '1.32.0', ended: undefined, kubernetes: undefined, isWritten: true },
];

/** Every line that is known, oldest first (istio/istio.io content/en/docs/releases/supported-releases). */
export const ISTIO_LINES: readonly IstioLine[] = LINES;

const OLDEST = ISTIO_LINES[0] as IstioLine;
const NEWEST = ISTIO_LINES.at(-1) as IstioLine;

/** Lines that are known, for people: `1.28 to 1.32`. */
export const KNOWN_ISTIO_LINES = `${OLDEST.line} to ${NEWEST.line}`;

/** Lines that the constructs write for, for people: `1.29, 1.30, 1.31 or 1.32`. */
export const WRITTEN_ISTIO_LINES = ISTIO_LINES.filter(({ isWritten }) => isWritten)
  .map(({ line }) => line)
  .join(', ')
  .replace(/, (?=[^,]*$)/, ' or ');

/** The line of a release; undefined if it is older or newer than those that are known. */
export function istioLine(release: Version): IstioLine | undefined {
  return ISTIO_LINES.find(({ line }) => line === release.line);
}

/** Whether a release came after every line that is known. */
export function isFutureIstio(release: Version): boolean {
  return release.isNewerLineThan(NEWEST.line);
}

/** Whether a release is of a minor release that was not supported any more when this package was released. */
export function hasEnded(release: Version): boolean {
  return istioLine(release)?.ended !== undefined || (!isFutureIstio(release) && istioLine(release) === undefined);
}

/** Why a release of Istio is not supported on one of Kubernetes, as a clause; undefined if it is, or if that is not known. */
export function whyNotSupportedOn(kubernetes: Version, istio: Version): string | undefined {
  const [oldest, newest] = istioLine(istio)?.kubernetes ?? [];
  if (oldest === undefined || newest === undefined) return undefined;
  const isOld = Version.parse(oldest).isNewerLineThan(kubernetes.line);
  if (!isOld && !kubernetes.isNewerLineThan(newest)) return undefined;
  return `Istio ${istio.line} supports Kubernetes ${oldest} to ${newest}`;
}

/** Why the constructs do not write for a release, as a clause. */
export function whyNotWritten(release: Version | undefined): string {
  const line = release && istioLine(release);
  if (line?.ended !== undefined)
    return `Istio ${line.line} reached its end of life on ${line.ended} and receives no more fixes`;
  return 'this package does not support the Istio release';
}

/** How many minor releases the proxies may be behind istiod (istio.io/latest/docs/releases/supported-releases). */
export const PROXY_LINES_BEHIND = 2;
