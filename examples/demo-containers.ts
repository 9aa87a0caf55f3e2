import type { Container, SecurityContext } from 'kubernetes-types/core/v1';

/** Has Python for the server and wget for the client, and listens on the port it is given. */
export const IMAGE = 'docker.io/library/python:3.14.6-alpine3.24';

export const securityContext: SecurityContext = {
  runAsUser: 65534,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

export const resources = { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } };

/**
 * A server that knows nothing of TLS: greets whoever Envoy says has called. It listens on loopback, so that Envoy is the
 * only way to it.
 */
export function greeter(port: number): Container {
  const program = `
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Greeter(BaseHTTPRequestHandler):
    def do_GET(self):
        caller = self.headers.get("x-forwarded-client-cert", "somebody without Envoy")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"Hello, {caller}\\n".encode())

ThreadingHTTPServer(("127.0.0.1", ${port}), Greeter).serve_forever()
`;
  return {
    name: 'greeter',
    image: IMAGE,
    command: ['python', '-u', '-c', program.trimStart()],
    // In the container, since the kubelet cannot reach loopback.
    readinessProbe: { exec: { command: ['wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${port}/`] } },
    resources,
    securityContext,
  };
}

/** A client that knows nothing of TLS: calls its Envoy on loopback every five seconds and logs the answer. */
export function caller(port: number): Container {
  const program = `
trap 'exit 0' TERM
while true; do
  wget -q -O - http://127.0.0.1:${port}/
  sleep 5 & wait $!
done
`;
  return { name: 'caller', image: IMAGE, command: ['sh', '-c', program.trimStart()], resources, securityContext };
}
