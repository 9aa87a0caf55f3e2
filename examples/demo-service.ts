import { type MeshServiceProps, Port } from '../lib';
import { IMAGE, resources, securityContext } from './demo-containers';

/** A service of the mesh that answers every GET with an empty list of files. */
export const demoService: MeshServiceProps = {
  image: IMAGE,
  // The directory is there in Alpine, and stays empty.
  command: ['python', '-u', '-m', 'http.server', '8080', '--directory', '/var/empty'],
  ports: [Port.http(80, { targetPort: 8080 })],
  readinessProbe: { httpGet: { path: '/', port: 8080 } },
  resources,
  securityContext,
};
