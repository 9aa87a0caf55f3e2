import { createSecureServer } from 'node:http2';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Answer } from './envoy-process';
import type { Svid } from './test-ca';

/** What a peer without an Envoy saw of a server. */
export interface TlsAnswer extends Answer {
  readonly serverSerialNumber: string;
}

/** Calls a server with this SVID, or with no certificate, on a connection of its own; rejects if TLS fails. */
export function callWithTls(
  port: number,
  svid: Svid | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<TlsAnswer> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port,
      headers,
      agent: false,
      // Whether the server is who it should be is not the question here.
      rejectUnauthorized: false,
      ...(svid && { cert: svid.certificate, key: svid.privateKey }),
    });
    call.on('response', (response) => {
      const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body, serverSerialNumber: serialNumber }));
    });
    call.on('error', reject);
    call.end();
  });
}

/** An HTTP/2 server that shows an SVID, asks for the client's, lets everybody in and hangs up after each answer. */
export class TlsServer {
  public static async listen(svid: Svid): Promise<TlsServer> {
    const server = new TlsServer(svid);
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** Serial number of the client's certificate, for each request answered. */
  public readonly clientSerialNumbers: string[] = [];

  private readonly http;

  private constructor(svid: Svid) {
    this.http = createSecureServer({
      cert: svid.certificate,
      key: svid.privateKey,
      requestCert: true,
      rejectUnauthorized: false,
    });
    this.http.on('sessionError', () => {}); // The client refused us.
    this.http.on('stream', (stream) => {
      const socket = stream.session?.socket as TLSSocket;
      const { serialNumber } = socket.getPeerCertificate() as PeerCertificate;
      this.clientSerialNumbers.push(serialNumber);
      stream.respond({ ':status': 200 });
      stream.end();
      stream.session?.close();
    });
  }

  public get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  public async close(): Promise<void> {
    await new Promise((resolve) => this.http.close(resolve));
  }
}
