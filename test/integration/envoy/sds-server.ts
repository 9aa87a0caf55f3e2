import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { any, field, message, readFields } from './protobuf';
import type { Svid, TestCa } from './test-ca';

const STREAM_SECRETS = '/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets';
const TLS = 'envoy.extensions.transport_sockets.tls.v3';

/** gRPC status codes. */
const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;

/** What tbot would hand to the one process that calls here. */
export interface Entitlement {
  /** The CA of tbot's own trust domain. */
  readonly local: TestCa;
  /** CAs of federated trust domains. */
  readonly federated?: readonly TestCa[];
  /** The SVIDs that the caller may have; the first is the default. */
  readonly svids: readonly Svid[];
}

/**
 * tbot's SDS (gravitational/teleport lib/tbot/internal/sds), as far as its callers can tell: the same resource names,
 * the same refusal of unknown ones, bundles in the form of Envoy's SPIFFE validator, a new response for a new SVID.
 */
export class SdsServer {
  /** Opens the socket; tbot tells callers apart by their process, so here each has a socket of its own. */
  public static async listen(socketPath: string, entitlement: Entitlement): Promise<SdsServer> {
    const server = new SdsServer(entitlement);
    await new Promise<void>((resolve) => server.http.listen(socketPath, resolve));
    return server;
  }

  private readonly http: Http2Server = createServer();
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly streams = new Set<SecretStream>();
  /** What Envoy said about secrets it could not use; empty when all is well. */
  private readonly rejections: string[] = [];

  private constructor(private entitlement: Entitlement) {
    this.http.on('session', (session) => this.sessions.add(session));
    this.http.on('stream', (stream, headers) => {
      stream.on('error', () => {}); // Envoy was stopped.
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      if (headers[':path'] !== STREAM_SECRETS) {
        endWith(stream, UNIMPLEMENTED, 'method not implemented');
        return;
      }
      const secrets = new SecretStream(stream, () => this.entitlement, this.rejections);
      this.streams.add(secrets);
      stream.on('close', () => this.streams.delete(secrets));
    });
  }

  /** Renews: every open stream gets the new secrets, as on tbot's renewal interval. */
  public renew(entitlement: Entitlement): void {
    this.entitlement = entitlement;
    for (const stream of this.streams) stream.respond();
  }

  public async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await new Promise((resolve) => this.http.close(resolve));
    if (this.rejections.length > 0) throw new Error(`Envoy rejected: ${this.rejections.join('; ')}`);
  }
}

/** One gRPC stream, which in Envoy means one secret. */
class SecretStream {
  private received = Buffer.alloc(0);
  private names: readonly string[] = [];
  private typeUrl = '';
  private version = 0;

  public constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly entitlement: () => Entitlement,
    private readonly rejections: string[],
  ) {
    stream.on('data', (chunk: Buffer) => this.read(chunk));
  }

  public respond(): void {
    const resources = findSecrets(this.names, this.entitlement());
    if (resources === undefined) {
      endWith(this.stream, INVALID_ARGUMENT, `unknown resource names: ${this.names.join(' ')}`);
      return;
    }
    this.version += 1;
    const response = message(
      field(1, `${this.version}`),
      ...resources.map((resource) => field(2, resource)),
      field(4, this.typeUrl),
      field(5, this.nonce),
    );
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(response.length, 1);
    this.stream.write(Buffer.concat([prefix, response]));
  }

  private get nonce(): string {
    return this.version === 0 ? '' : `nonce-${this.version}`;
  }

  /** Each gRPC message has a byte for compression and four for its length in front. */
  private read(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    while (this.received.length >= 5 && this.received.length >= 5 + this.received.readUInt32BE(1)) {
      const end = 5 + this.received.readUInt32BE(1);
      this.accept(readFields(this.received.subarray(5, end)));
      this.received = this.received.subarray(end);
    }
  }

  /** A DiscoveryRequest: the first one, a change of names, or only the acknowledgement of a response. */
  private accept(request: ReadonlyMap<number, readonly Buffer[]>): void {
    const text = (number: number) => (request.get(number) ?? []).map(String);
    const error = request.get(6)?.[0];
    if (error) this.rejections.push(String(readFields(error).get(2)?.[0]));
    if ((text(5)[0] ?? '') !== this.nonce) return;
    const names = text(3);
    const changed = this.version === 0 || names.join() !== this.names.join();
    this.names = names;
    this.typeUrl = text(4)[0] ?? '';
    if (changed) this.respond();
  }
}

/** The resources for these names, or nothing if one of them is unknown. */
function findSecrets(names: readonly string[], { local, federated = [], svids }: Entitlement): Buffer[] | undefined {
  const certificates = new Map(svids.map((svid) => [svid.spiffeId, svid]));
  const [first] = svids;
  if (first) certificates.set('default', first);
  const bundles = new Map([local, ...federated].map((ca) => [`spiffe://${ca.trustDomain}`, [ca]]));
  bundles.set('ROOTCA', [local]).set('ALL', [local, ...federated]);

  const found = names.flatMap((name) => {
    const svid = certificates.get(name);
    const bundle = bundles.get(name);
    return svid ? [certificateSecret(name, svid)] : bundle ? [bundleSecret(name, bundle)] : [];
  });
  return found.length === names.length ? found : undefined;
}

function certificateSecret(name: string, { certificate, privateKey }: Svid): Buffer {
  return secret(name, field(2, message(field(1, inlineBytes(certificate)), field(2, inlineBytes(privateKey)))));
}

function bundleSecret(name: string, bundle: readonly TestCa[]): Buffer {
  const trustDomains = bundle.map((ca) =>
    field(1, message(field(1, ca.trustDomain), field(2, inlineBytes(ca.bundle)))),
  );
  const validator = message(
    field(1, 'envoy.tls.cert_validator.spiffe'),
    field(2, any(`${TLS}.SPIFFECertValidatorConfig`, message(...trustDomains))),
  );
  return secret(name, field(4, field(12, validator)));
}

function secret(name: string, content: Buffer): Buffer {
  return any(`${TLS}.Secret`, message(field(1, name), content));
}

function inlineBytes(text: string): Buffer {
  return field(2, text);
}

function endWith(stream: ServerHttp2Stream, status: number, reason: string): void {
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': `${status}`, 'grpc-message': reason }));
  stream.end();
}
