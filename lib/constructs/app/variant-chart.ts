import { Chart, type ChartProps } from 'cdk8s';
import type { Construct } from 'constructs';

const VARIANT = Symbol.for('cdk8s-teleport-istio.VariantChart');

/**
 * A chart that replaces objects of another chart, and so must not be applied with the other files: {@link MeshApp}
 * writes it to `variants/`, which `kubectl apply -f dist/` does not read.
 */
export class VariantChart extends Chart {
  /** Whether the construct is a variant, even if it comes from another copy of this package. */
  public static isVariantChart(construct: unknown): construct is VariantChart {
    return typeof construct === 'object' && construct !== null && VARIANT in construct;
  }

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    Object.defineProperty(this, VARIANT, { value: true });
  }
}
