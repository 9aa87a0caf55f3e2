import { ISTIO_ADVISORIES } from '../../upstream/releases/istio-advisories';
import { ISTIO_LINES, RELEASES_KNOWN_UNTIL } from '../../upstream/releases/istio-lines';

/** Which lines of Istio are supported, which ended, and which releases are unsafe: for the end of `versions`. */
export function knownIstioReleases(): string {
  const lines = ISTIO_LINES.map(({ line, newest, ended, isWritten }) => {
    const state = ended === undefined ? 'supported' : `ended on ${ended}`;
    return `  ${line}  ${state}, newest ${newest}${isWritten ? '' : '; checked, not written by this package'}\n`;
  });
  const advisories = ISTIO_ADVISORIES.map(({ id, cves, what, fixed }) => {
    const names = cves.filter((cve) => cve !== id);
    return `  ${id}${names.length === 0 ? '' : ` (${names.join(', ')})`}: ${what}; fixed in ${fixed}\n`;
  });
  return `\nIstio, as of ${RELEASES_KNOWN_UNTIL}:\n${lines.join('')}\nUnsafe releases of Istio:\n${advisories.join('')}`;
}
