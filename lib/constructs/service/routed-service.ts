import type { Construct } from 'constructs';
import type { Port } from './port';
import type { IServiceNamespace } from './service-namespace';

/** A service, seen from the route that leads to it. */
export interface RoutedService extends Construct {
  readonly namespace: IServiceNamespace;
  readonly name: string;
  /** The name it is called by, from any namespace. */
  readonly host: string;
  readonly ports: readonly Port[];
}
