import { Chart, type ChartProps } from 'cdk8s';
import type { Construct } from 'constructs';

const VARIANT = Symbol.for('cdk8s-teleport-istio.VariantChart');

/**
 * A chart that replaces objects of another one and so must not be applied with the rest: {@link MeshApp} writes it to
 * `variants/`, where `kubectl apply -f dist/` does not look.
 */
export class VariantChart extends Chart {
  /** Whether the construct is a variant, also when it comes from another copy of this package. */
  public static isVariantChart(construct: unknown): construct is VariantChart {
    return typeof construct === 'object' && construct !== null && VARIANT in construct;
  }

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    Object.defineProperty(this, VARIANT, { value: true });
  }
}
