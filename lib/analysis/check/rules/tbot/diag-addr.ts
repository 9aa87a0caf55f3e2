import { isVariable } from '../../../../base/is-variable';
import { textAt } from '../../../../base/json';
import { isPortNumber } from '../../../../upstream/network/port-number';
import { defineRule } from '../../rule';
import { TBOT_HEAD, tbotConfig } from '../teleport-examples';

/** An address for tbot's diagnostics that it cannot listen on. */
export const DIAG_ADDR_RULE = defineRule({
  id: 'diag-addr-invalid',
  subject: 'tbot configuration',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid address for the diagnostics of tbot',
  found: 'diag_addr is "{address}", which has {problem}',
  why: 'tbot cannot listen there: its probes and metrics are not served.',
  fix: 'write host:port, such as 0.0.0.0:3001',
  source: 'gravitational/teleport lib/tbot/internal/diagnostics/service.go',
  wrong: tbotConfig({ head: `${TBOT_HEAD}diag_addr: 0.0.0.0\n` }),
  right: tbotConfig({ head: `${TBOT_HEAD}diag_addr: 0.0.0.0:3001\n` }),
  check({ tbotConfigs }, report) {
    for (const { manifest, body } of tbotConfigs) {
      const address = textAt(body, 'diag_addr') ?? '';
      const problem = address === '' || isVariable(address) ? undefined : addressProblem(address);
      if (problem !== undefined) report(manifest, '/diag_addr', { address, problem });
    }
  },
});

/** What keeps Go from listening on an address. */
function addressProblem(address: string): string | undefined {
  if (address.includes('://')) return 'a scheme';
  const port = /^(?:[^\s:[\]]*|\[[^\s[\]]*\]):([\w-]*)$/.exec(address)?.[1];
  if (port === undefined) return 'no port';
  // A port may be a name, and 0 lets the system choose one.
  const isNumber = /^\d+$/.test(port);
  return isNumber && Number(port) !== 0 && !isPortNumber(Number(port)) ? `the port ${port}` : undefined;
}
