import { existsSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { Decision } from '../../analysis/access/decision';
import type { AccessRequest } from '../../analysis/access/request';
import type { EgressAnswer } from '../../analysis/egress/explain-egress';
import type { JsonObject } from '../../base/json';
import type { Target } from '../../upstream/releases/target';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { DEFAULT_INPUT, INPUTS_HELP } from '../inputs';
import { questioned, readFleet } from '../mesh-input';
import { paint } from '../paint';
import { targetOption } from '../target-option';
import { UserError } from '../user-error';

interface CanFlags extends Pick<AccessRequest, 'method' | 'path' | 'host' | 'sourceIp' | 'originalClientIp'> {
  readonly port?: number | string;
  readonly header?: Readonly<Record<string, string>>;
  /** In a wrapper: commander makes an empty text of a parsed null. */
  readonly claims?: { readonly payload: JsonObject | null };
  readonly target?: Target;
  readonly exclude?: readonly string[];
}

/** `can`: whether one workload may call another. */
export function canCommand(io: CliIo): CliCommand {
  return new CliCommand('can')
    .summary('say whether a request would be allowed, and why')
    .description(
      'Decides from the manifests alone whether a request is allowed: from the policies, the mTLS modes and the identity that each side presents. Attributes that you do not state could have any value, so the answer may be that it depends. If the files describe several clusters, each in its own directory, prefix names with the cluster.',
    )
    .usage('[options] <from> <to> [METHOD [PATH]] [files...]')
    .argument('<from>', 'workload as namespace/name, a SPIFFE ID, or "outside" for a caller without an identity')
    .argument(
      '<to>',
      'Service or workload, as namespace/name or as the host api.shop.svc.cluster.local; or an external host',
    )
    .argument('[rest...]', `METHOD in upper case, then PATH; then ${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .option('--port <port>', 'port of the Service, by number or name; required if it has more than one', parsePort)
    .option('--method <method>', 'HTTP method, instead of METHOD')
    .option('--path <url-path>', 'URL path, instead of PATH')
    .option('--host <host>', 'Host header')
    .option('--header <name=value>', 'a request header; may be repeated, and then no other headers are sent', addHeader)
    .option('--claims <json>', 'payload of the request’s JSON Web Token (JWT); null if it has none', parseClaims)
    .option('--source-ip <address>', 'address of the direct peer')
    .option('--original-client-ip <address>', 'address of the original client, from X-Forwarded-For')
    .addOption(excludeOption())
    .addOption(targetOption())
    .example('npx teleport-istio can shop/web shop/api GET /products dist/', 'may web read products from api?')
    .example('npx teleport-istio can outside shop/api --port 80', 'can a caller without an identity call it?')
    .example(
      'npx teleport-istio can eu-1:shop/web us-1:shop/carts GET / fleet/',
      'is a request from one cluster to another allowed?',
    )
    .example(
      'npx teleport-istio can spiffe://acme.teleport.sh/ns/ci/sa/smoke shop/api GET /healthz',
      'ask about a caller that is not in the manifests',
    )
    .example(
      'npx teleport-istio can shop/web api.stripe.com --port 443',
      'can a workload reach an external host, and why?',
    )
    .exits({
      0: 'allowed, or reachable',
      1: 'denied or blocked, or it depends on attributes that were not stated',
      2: 'the question cannot be answered',
    })
    .runs(async (from: string, to: string, rest: readonly string[], flags: CanFlags): Promise<ExitCode> => {
      const { method, path, files } = splitRest(rest);
      const model = questioned(await readFleet(io, files, flags));
      const question = {
        ...request(flags),
        ...once('method', method, flags.method),
        ...once('path', path, flags.path),
        from,
        to,
      };
      const { describeRequestProblem } =
        require('../../analysis/access/request') as typeof import('../../analysis/access/request');
      const answer = model.decide(question);
      if (answer.verdict === 'unanswerable' && answer.kind === 'outside-the-mesh') {
        printEgress(io, answer.egress);
        return answer.egress.reach === 'reachable' ? 0 : 1;
      }
      if (answer.verdict === 'unanswerable') throw new UserError(describeRequestProblem(answer));
      printDecision(io, answer);
      return answer.verdict === 'allowed' ? 0 : 1;
    });
}

const TONES = { allowed: 'green', denied: 'red', depends: 'yellow' } as const;

function printDecision(io: CliIo, decision: Decision): void {
  const { explain } = require('../../analysis/access/explain') as typeof import('../../analysis/access/explain');
  const [verdict = '', ...lines] = explain(decision);
  io.stdout.write(`${[paint(io, TONES[decision.verdict], verdict), ...lines].join('\n')}\n`);
}

const EGRESS_TONES = { reachable: 'green', blocked: 'red', unknown: 'yellow' } as const;

function printEgress(io: CliIo, egress: EgressAnswer): void {
  const { explainEgress } =
    require('../../analysis/egress/explain-egress') as typeof import('../../analysis/egress/explain-egress');
  const [answer = '', ...lines] = explainEgress(egress);
  io.stdout.write(`${[paint(io, EGRESS_TONES[egress.reach], answer), ...lines].join('\n')}\n`);
}

const METHOD_IN_SMALL_LETTERS = /^(?:get|head|post|put|patch|delete|options)$/;

function splitRest(rest: readonly string[]) {
  if (METHOD_IN_SMALL_LETTERS.test(rest[0] ?? '')) {
    throw new UserError(
      `write the method in upper case: ${rest[0]?.toUpperCase()}. For a file with this name, write ./${rest[0]}`,
    );
  }
  const method = rest[0] !== undefined && /^[A-Z]+$/.test(rest[0]) ? rest[0] : undefined;
  if (method === undefined && rest[0]?.startsWith('/') && !existsSync(rest[0])) {
    throw new UserError(
      `no file or directory "${rest[0]}". If it is the path of the request, write the method before it: GET ${rest[0]}`,
    );
  }
  const path = method !== undefined && rest[1]?.startsWith('/') ? rest[1] : undefined;
  return { method, path, files: rest.slice(Number(method !== undefined) + Number(path !== undefined)) };
}

function once(name: 'method' | 'path', argument: string | undefined, flag: string | undefined) {
  if (argument !== undefined && flag !== undefined && argument !== flag) {
    throw new UserError(`the ${name} is given twice: ${argument} and --${name} ${flag}`);
  }
  const stated = argument ?? flag;
  return stated === undefined ? {} : { [name]: stated };
}

function request({ port, host, header, claims, sourceIp, originalClientIp }: CanFlags): Partial<AccessRequest> {
  return {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(header !== undefined && { headers: header }),
    ...(claims !== undefined && { claims: claims.payload }),
    ...(sourceIp !== undefined && { sourceIp }),
    ...(originalClientIp !== undefined && { originalClientIp }),
  };
}

function parsePort(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function addHeader(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const { name, content } = /^(?<name>[^=\s]+)=(?<content>.*)$/.exec(text)?.groups ?? {};
  if (name === undefined || content === undefined) throw new InvalidArgumentError('Write name=value.');
  return { ...before, [name]: content };
}

function parseClaims(text: string): { readonly payload: JsonObject | null } {
  try {
    const claims: unknown = JSON.parse(text);
    if (typeof claims === 'object' && !Array.isArray(claims)) return { payload: claims as JsonObject | null };
  } catch {
    // Said below, as for every text that is JSON but no object.
  }
  throw new InvalidArgumentError('Write a JSON object, or null.');
}
